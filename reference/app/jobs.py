"""What the Seiketsu workers do. Every job runs in one tenant's context, but for the heartbeat and housekeeping."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import csv
import functools
import io
import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import psycopg
import redis
from psycopg import sql
from psycopg.rows import dict_row
from psycopg.types.numeric import FloatLoader

from reference.app.cache import HEARTBEAT_KEY
from reference.app.embeddings import literal
from reference.app.logs import quiet
from reference.app.objects import Objects, ObjectStoreError
from reference.app.providers import Providers
from reference.app.seiketsu.analytics import export_key
from reference.app.seiketsu.delivery import TIMEOUT_SECONDS, message
from reference.app.seiketsu.leads import COLUMNS, score
from reference.app.seiketsu.listings import words_of
from reference.app.seiketsu.outbox import check, sign
from reference.app.settings import AppSettings, load
from reference.app.tasks import celery

Connection = psycopg.Connection[dict[str, Any]]
STALE_MINUTES = 60
DELIVERY_ATTEMPTS = 3
RETRIED = (psycopg.OperationalError, redis.RedisError, httpx.HTTPError)
quiet()


@functools.cache
def settings() -> AppSettings:
    return load("seiketsu")


@functools.cache
def redis_at(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=3, socket_connect_timeout=3, decode_responses=True)


@contextmanager
def database(tenant: str | None) -> Iterator[Connection]:
    """A transaction in the tenant's context; None sees no tenant's rows."""
    with psycopg.connect(settings().database_url, row_factory=dict_row, connect_timeout=5) as connection:
        connection.adapters.register_loader("numeric", FloatLoader)
        connection.execute("SELECT set_config('app.organization_id', %s, true)", (tenant or "",))
        yield connection


def tenant_job(name: str) -> Callable[[Callable[..., Any]], Any]:
    """A task whose first argument is an open transaction of the signed tenant. Retries 3 times, 60 s apart."""

    def register(work: Callable[..., Any]) -> Any:
        @celery.task(name=name, autoretry_for=RETRIED, max_retries=3, default_retry_delay=60)
        def run(tenant: str, signature: str, **arguments: Any) -> Any:
            check(settings().jwt_secret, tenant, signature)
            with database(tenant) as connection:
                return work(connection, tenant, **arguments)

        return run

    return register


@celery.task(name="heartbeat", ignore_result=True)
def heartbeat() -> None:
    """Proof that beat, queue and worker move: the time at which a worker handled it."""
    value = json.dumps({"handled": time.time(), "worker": socket.gethostname(), "instance": settings().instance})
    redis_at(settings().broker_url).set(HEARTBEAT_KEY, value, ex=3600)


@celery.task(name="each_tenant")
def each_tenant(task: str) -> int:
    with database(None) as connection:
        tenants = [str(row["id"]) for row in connection.execute("SELECT list_organization_ids() AS id").fetchall()]
    for tenant in tenants:
        celery.send_task(task, kwargs={"tenant": tenant, "signature": sign(settings().jwt_secret, tenant)})
    return len(tenants)


@celery.task(name="forget_expired_tokens")
def forget_expired_tokens() -> int:
    with database(None) as connection:
        return connection.execute("DELETE FROM revoked_tokens WHERE expires_at < now()").rowcount


@celery.task(name="voice.maintain_cache")
def maintain_cache() -> int:
    """Give entries that were written without an end one, so that none stays for ever."""
    client, mended = redis_at(settings().redis_url), 0
    for key in client.scan_iter("audio:*", count=500):
        if client.ttl(key) == -1:
            client.expire(key, 86_400)
            mended += 1
    return mended


@tenant_job("analytics.sync")
def sync(connection: Connection, tenant: str) -> dict[str, Any]:
    """Record what the last minutes' calls came to, for figures; what is billed is booked call by call."""
    used = connection.execute(
        "SELECT count(*) AS calls, coalesce(sum(duration_seconds), 0) AS seconds FROM conversations WHERE started_at >"
        " now() - interval '5 minutes'"
    ).fetchone()
    assert used is not None
    if used["calls"]:
        connection.execute(
            "INSERT INTO client_usage_records (client_id, metric, quantity) VALUES (%s, 'voice_seconds_of_late', %s)",
            (tenant, used["seconds"]),
        )
    return used


@tenant_job("leads.remind")
def remind(connection: Connection, tenant: str) -> int:
    due = connection.execute(
        "SELECT id FROM leads WHERE deleted_at IS NULL AND next_follow_up_date <= now()"
    ).fetchall()
    for lead in due:
        connection.execute(
            "INSERT INTO analytics_events (organization_id, event_type, properties) VALUES (%s, 'lead.follow_up_due',"
            " %s::text::jsonb)",
            (tenant, json.dumps({"lead_id": str(lead["id"])})),
        )
    return len(due)


@tenant_job("voice.close_stale")
def close_stale(connection: Connection, tenant: str) -> int:
    return connection.execute(
        "UPDATE conversations SET status = 'failed', outcome = 'abandoned', ended_at = now()"
        " WHERE organization_id = %s AND status = 'active' AND started_at < now() - make_interval(mins => %s)",
        (tenant, STALE_MINUTES),
    ).rowcount


@tenant_job("ml.score_leads")
def score_leads(connection: Connection, tenant: str) -> int:
    unscored = sql.SQL("SELECT {} FROM leads WHERE organization_id = %s AND deleted_at IS NULL AND lead_score = 0")
    leads = connection.execute(unscored.format(sql.SQL(COLUMNS)), (tenant,)).fetchall()
    for lead in leads:
        connection.execute("UPDATE leads SET lead_score = %s WHERE id = %s", (score(lead), lead["id"]))
    return len(leads)


@tenant_job("ml.embed_properties")
def embed_properties(connection: Connection, tenant: str) -> int:
    waiting = connection.execute(
        "SELECT id, title, description, city FROM properties WHERE organization_id = %s AND embedding IS NULL"
        " LIMIT 100",
        (tenant,),
    ).fetchall()
    if not waiting:
        return 0

    async def embed() -> list[list[float]]:
        providers = Providers(settings())
        try:
            return await providers.embed([words_of(row) for row in waiting])
        finally:
            await providers.close()

    for row, vector in zip(waiting, asyncio.run(embed()), strict=True):
        connection.execute("UPDATE properties SET embedding = %s::vector WHERE id = %s", (literal(vector), row["id"]))
    return len(waiting)


@tenant_job("voice.warm_up")
def warm_up(connection: Connection, tenant: str) -> int:
    """Make the greetings' audio, so that the first call of the day does not wait."""
    from reference.app.seiketsu.turns import AUDIO_CACHE_SECONDS, audio_key_of

    agents = connection.execute(
        "SELECT greeting, voice_id, model_id, voice_settings FROM voice_agents WHERE organization_id = %s AND status ="
        " 'active'",
        (tenant,),
    ).fetchall()

    async def speak(agent: dict[str, Any]) -> bytes:
        providers = Providers(settings())
        try:
            return await providers.speech(
                agent["greeting"], agent["voice_id"], agent["model_id"], settings=agent["voice_settings"]
            )
        finally:
            await providers.close()

    for agent in agents:
        audio = base64.b64encode(asyncio.run(speak(agent))).decode()
        key = audio_key_of(
            tenant, agent["greeting"], agent["voice_id"], agent["model_id"], "mp3", agent["voice_settings"]
        )
        redis_at(settings().redis_url).set(key, json.dumps(audio), ex=AUDIO_CACHE_SECONDS)
    return len(agents)


@tenant_job("analytics.daily_report")
def daily_report(connection: Connection, tenant: str) -> str:
    row = connection.execute(
        "INSERT INTO reports (organization_id, report_type) VALUES (%s, 'leads') RETURNING id", (tenant,)
    ).fetchone()
    assert row is not None
    return _build(connection, tenant, str(row["id"]), 1, schedule="daily")


@tenant_job("analytics.build_report")
def build_report(connection: Connection, tenant: str, report_id: str, days: int, keep: bool = True) -> str:
    return _build(connection, tenant, report_id, days, keep)


@functools.cache
def objects() -> Objects:
    return Objects(settings())


def _keep(tenant: str, report_id: str, content: dict[str, Any]) -> None:
    """Put a report where its tenant's objects lie, for whoever fetches it as a file; it is in the database anyway."""
    body = json.dumps(content, default=str).encode()
    with contextlib.suppress(ObjectStoreError):
        asyncio.run(objects().put(export_key(tenant, report_id), body, "application/json"))


def _build(
    connection: Connection, tenant: str, report_id: str, days: int, keep: bool = True, schedule: str | None = None
) -> str:
    report = connection.execute(
        "SELECT * FROM reports WHERE id = %s AND organization_id = %s", (report_id, tenant)
    ).fetchone()
    if report is None:
        return "gone"
    columns, since = {
        "leads": ("id, first_name, last_name, status, lead_score, notes", "created_at"),
        "conversations": ("id, call_id, status, outcome, duration_seconds, transcript", "started_at"),
        "properties": ("id, mls_number, title, city, price", "created_at"),
    }[report["report_type"]]
    recent = sql.SQL("SELECT {} FROM {} WHERE organization_id = %s AND {} > now() - make_interval(days => %s)").format(
        sql.SQL(columns), sql.Identifier(report["report_type"]), sql.Identifier(since)
    )
    found = connection.execute(recent, (tenant, days)).fetchall()
    content: dict[str, Any] = {"rows": found, "total": len(found)}
    if report["format"] == "csv" and found:
        text = io.StringIO()
        writer = csv.DictWriter(text, list(found[0]))
        writer.writeheader()
        writer.writerows(found)
        content = {"csv": text.getvalue(), "total": len(found)}
    if schedule:
        content["schedule"] = schedule
    if keep:
        _keep(tenant, report_id, content)
    connection.execute(
        "UPDATE reports SET status = 'completed', content = %s::text::jsonb, completed_at = now() WHERE id = %s",
        (json.dumps(content, default=str), report_id),
    )
    return "completed"


@tenant_job("leads.deliver_webhooks")
def deliver_webhooks(
    connection: Connection,
    tenant: str,
    event: str,
    data: dict[str, Any],
    webhook_id: str | None = None,
    attempt: int = 1,
) -> dict[str, int]:
    """The receivers' statuses by webhook. A failed delivery is tried again after a minute, by a job of its own."""
    hooks = connection.execute(
        "SELECT * FROM webhooks WHERE organization_id = %(org)s AND is_active AND (events && ARRAY[%(event)s, '*'])"
        " AND (%(one)s::uuid IS NULL OR id = %(one)s::uuid)",
        {"org": tenant, "event": event, "one": webhook_id},
    ).fetchall()
    results: dict[str, int] = {}
    for hook in hooks:
        body, headers = message(hook, event, data)
        try:
            status = httpx.post(hook["url"], content=body, headers=headers, timeout=TIMEOUT_SECONDS).status_code
        except (httpx.HTTPError, httpx.InvalidURL):
            status = 0
        connection.execute(
            "UPDATE webhooks SET last_status = %s, last_delivered_at = now() WHERE id = %s", (status, hook["id"])
        )
        results[str(hook["id"])] = status
        if not 200 <= status < 300 and attempt <= DELIVERY_ATTEMPTS:
            again = {"event": event, "data": data, "webhook_id": str(hook["id"]), "attempt": attempt + 1}
            signature = sign(settings().jwt_secret, tenant)
            celery.send_task(
                "leads.deliver_webhooks", kwargs={"tenant": tenant, "signature": signature, **again}, countdown=60
            )
    return results
