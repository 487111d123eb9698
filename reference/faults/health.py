"""Instances of another release, health reports that say what they like, and a worker that is gone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from reference.app.cache import HEARTBEAT_KEY
from reference.faults import fault

if TYPE_CHECKING:
    from redis import Redis

    from reference.deployment import Deployment

SECOND = "seiketsu-2"


def _switched(deployment: Deployment, instance: str, **switches: object) -> Iterator[None]:
    product = instance.rpartition("-")[0]
    deployment.behave_instance(product, instance, dict(switches))
    try:
        yield
    finally:
        deployment.behave_instance(product, instance, dict.fromkeys(switches))


@fault(
    name="sei-instance-of-old-release",
    breaks="one of the API's instances runs the release before",
    fails=["SEI-2.1.2.1.1", "SEI-2.1.1.3.1"],
    message={
        "SEI-2.1.2.1.1": r"instance seiketsu-2 runs 2\.0\.0-rc\.1",
        "SEI-2.1.1.3.1": r"instance seiketsu-2 reports version 2\.0\.0-rc\.1",
    },
    touches=["app:seiketsu-2:behaviour:version"],
)
def instance_of_old_release(deployment: Deployment) -> Iterator[None]:
    yield from _switched(deployment, SECOND, wrong_version=True)


@fault(
    name="sei-health-report-made-up",
    breaks="an instance reports all dependencies as well, without having looked",
    fails=["SEI-2.1.2.1.1"],
    message=r"instance seiketsu-2, its report: report age is .*stand still",
    touches=["app:seiketsu-2:behaviour:health"],
    hard=True,
)
def health_report_made_up(deployment: Deployment) -> Iterator[None]:
    yield from _switched(deployment, SECOND, health_constant=True)


@fault(
    name="sei-instance-without-data",
    breaks="an instance reports itself ready and fails on routes that read data; the balancer then asks another",
    fails=["SEI-2.1.2.1.1"],
    message=r"instance seiketsu-2(: list_leads \(GET /api/v1/leads\) answered 500| did not answer within)",
    touches=["*"],  # calls that write end at the instance too, and are not tried again elsewhere
    hard=True,
)
def instance_without_data(deployment: Deployment) -> Iterator[None]:
    former = deployment.edge.reconfigure(retried="error timeout http_500")
    try:
        yield from _switched(deployment, SECOND, **{"status:/api/v1/leads": 500})
    finally:
        deployment.edge.reconfigure(**former)


@contextmanager
def _no_consumer(deployment: Deployment) -> Iterator[None]:
    """The worker lives and takes nothing from its queues; its last heartbeat has run out."""
    from celery import Celery

    settings = deployment.settings.celery
    queues = [*settings.queues, "celery"]
    with Celery(broker=settings.broker_url, backend=settings.result_backend) as client, deployment.queue() as broker:
        for queue in queues:
            client.control.cancel_consumer(queue)
        _wait_until(lambda: not _waiting(broker))
        broker.delete(HEARTBEAT_KEY)
        try:
            yield
        finally:
            for queue in queues:
                client.control.add_consumer(queue)
            _wait_until(lambda: broker.exists(HEARTBEAT_KEY))


def _waiting(broker: Redis) -> bool:
    return any(c["cmd"] == "brpop" and int(c["idle"]) <= 10 for c in broker.client_list())


def _wait_until(done: Callable[[], object], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            raise RuntimeError(f"the worker's queues did not change within {seconds:.0f} s")
        time.sleep(0.1)


SHARED = ["SEI-2.1.2.1.1", "SEI-2.1.2.1.4", "SEI-3.1.1.1.1"]
"""Both products share the worker: Seiketsu's readiness tells of it too."""
SHARED_MESSAGES = {
    "SEI-2.1.2.1.1": r"celery: down",
    "SEI-2.1.2.1.4": r"ready \(GET .* answered 503",
    "SEI-3.1.1.1.1": r"no worker has handled a heartbeat",
}


@fault(
    name="aura-worker-takes-nothing",
    breaks="the worker is there and takes no messages from the queue",
    fails=["AURA-10.3.1.2", "AURA-5.2.3.1", "AURA-5.2.2.2", *SHARED],
    message={
        "AURA-10.3.1.2": r"the queue at Redis broker .*nobody waits for its messages",
        "AURA-5.2.2.2": r"health_deep .* answered 503",
        "AURA-5.2.3.1": r"health_deep \(GET .* answered 503",
        **SHARED_MESSAGES,
    },
    touches=["worker:consumers"],
)
def worker_takes_nothing(deployment: Deployment) -> Iterator[None]:
    with _no_consumer(deployment):
        yield


@fault(
    name="aura-worker-gone-health-made-up",
    breaks="nobody works on the queue, while the API reports all its dependencies as well",
    fails=["AURA-10.3.1.2", *SHARED],
    message={
        "AURA-10.3.1.2": r"nobody waits for its messages.*yet the API reports it as well",
        **SHARED_MESSAGES,
    },
    touches=["worker:consumers", "app:aurastudio:behaviour:health"],
    hard=True,
)
def worker_gone_health_made_up(deployment: Deployment) -> Iterator[None]:
    deployment.behave("aurastudio", {"health_constant": True})
    try:
        with _no_consumer(deployment):
            yield
    finally:
        deployment.behave("aurastudio", {"health_constant": None})
