"""The Celery application: `celery -A reference.app.tasks:celery worker|beat`.

Queues analytics, leads, voice, ml, and the default one for the heartbeat. A job names its tenant with the API's
signature; the worker checks it and works inside that tenant's row security, one transaction a job.
"""

from __future__ import annotations

import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import beat_init, worker_ready
from prometheus_client import start_http_server

HEARTBEAT_SECONDS = 2.0

celery = Celery(
    "reference",
    broker=os.environ.get("CELERY_BROKER_URL"),
    backend=os.environ.get("CELERY_RESULT_BACKEND"),
    include=["reference.app.jobs", "reference.app.metering", "reference.app.selling"],
)
celery.conf.update(
    task_serializer="json",
    accept_content=["json"],
    result_serializer="json",
    result_expires=3600,
    timezone="UTC",
    enable_utc=True,
    task_soft_time_limit=25 * 60,
    task_time_limit=30 * 60,
    worker_prefetch_multiplier=1,
    task_acks_late=True,
    broker_connection_retry_on_startup=True,
    broker_transport_options={
        "socket_timeout": 5,
        "socket_connect_timeout": 3,
        "visibility_timeout": 3600,
        "health_check_interval": 10,
    },
    redis_socket_timeout=5,
    redis_socket_connect_timeout=3,
    worker_hijack_root_logger=False,
    task_routes={f"{queue}.*": {"queue": queue} for queue in ("analytics", "leads", "voice", "ml")},
    beat_max_loop_interval=5,
    beat_schedule={
        "heartbeat": {"task": "heartbeat", "schedule": HEARTBEAT_SECONDS, "options": {"expires": 8}},
        "analytics-sync": {"task": "each_tenant", "schedule": 300, "args": ["analytics.sync"]},
        "follow-up-reminders": {"task": "each_tenant", "schedule": 3600, "args": ["leads.remind"]},
        "conversation-clean-up": {"task": "each_tenant", "schedule": 1800, "args": ["voice.close_stale"]},
        "lead-scores": {"task": "each_tenant", "schedule": 7200, "args": ["ml.score_leads"]},
        "property-embeddings": {"task": "each_tenant", "schedule": 300, "args": ["ml.embed_properties"]},
        "daily-reports": {
            "task": "each_tenant",
            "schedule": crontab(hour=6, minute=0),
            "args": ["analytics.daily_report"],
        },
        "voice-cache-maintenance": {"task": "voice.maintain_cache", "schedule": crontab(hour=2, minute=0)},
        "voice-warm-up": {"task": "each_tenant", "schedule": crontab(hour="8,17", minute=0), "args": ["voice.warm_up"]},
        "revoked-tokens": {"task": "forget_expired_tokens", "schedule": 3600},
    },
)


@beat_init.connect  # type: ignore[untyped-decorator]
def _catch_up(**_: object) -> None:
    """Make today's reports when the schedule begins: nobody knows whether it ran at six."""
    celery.send_task("each_tenant", args=["analytics.daily_report"], retry=False)


@worker_ready.connect  # type: ignore[untyped-decorator]
def _serve_metrics(**_: object) -> None:
    """Let the worker be scraped as the API's processes are."""
    if port := os.environ.get("METRICS_PORT"):
        start_http_server(int(port), addr="localhost")
