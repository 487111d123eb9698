"""Hosts that the monitoring service does not hear any more."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import httpx

from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

HEARD, PRODUCT, LONGEST = "AURA-1.1.4.2", "aurastudio", 15.0


def _until(deployment: Deployment, settled: Callable[[dict[str, str]], bool]) -> None:
    """Wait for the next scrapes to find what was changed. `settled` is given host to health."""
    known, end = deployment.settings.simulators["prometheus"], time.monotonic() + LONGEST
    headers = {"Authorization": f"Bearer {known.key}"}
    while time.monotonic() < end:
        answer = httpx.get(f"{known.base_url}/api/v1/targets", headers=headers, timeout=5, trust_env=False)
        targets: list[dict[str, Any]] = answer.json()["data"]["activeTargets"]
        if settled({t["labels"]["instance"]: t["health"] for t in targets}):
            return
        time.sleep(0.2)
    raise RuntimeError("the monitoring service did not scrape in time")


@fault(
    name="aura-metrics-agents-stopped",
    breaks="the agents on all hosts of the API stopped",
    fails=[HEARD],
    message=r"hosts without series is 2.*aurastudio-1: its heartbeat says down; aurastudio-2: its heartbeat says down",
    touches=["app:aurastudio:behaviour:metrics"],
)
def agents_stopped(deployment: Deployment) -> Iterator[None]:
    hosts = [instance.id for instance in deployment.settings.products[PRODUCT].instances]
    deployment.behave(PRODUCT, {"metrics_off": True})
    try:
        _until(deployment, lambda seen: all(seen[host] == "down" for host in hosts))
        yield
    finally:
        deployment.behave(PRODUCT, {"metrics_off": None})
        _until(deployment, lambda seen: all(seen[host] == "up" for host in hosts))


@fault(
    name="aura-one-host-not-heard",
    breaks="one instance is not scraped any more; the service's address, key and dashboards are well",
    fails=[HEARD],
    message=r"hosts without series is 1.*aurastudio-2: no series tells of it",
    touches=["simulator:prometheus"],
    hard=True,
)
def one_host_not_heard(deployment: Deployment) -> Iterator[None]:
    host = deployment.settings.products[PRODUCT].instances[1].id
    deployment.simulate("prometheus", {"dropped": [host]})
    try:
        _until(deployment, lambda seen: host not in seen)
        time.sleep(2.5)  # until the scrape that forgets it
        yield
    finally:
        deployment.simulate("prometheus", {"dropped": []})
        _until(deployment, lambda seen: seen.get(host) == "up")


@fault(
    name="aura-worker-not-heard",
    breaks="the worker is not scraped any more, all instances of the API are",
    fails=[HEARD],
    message=r"hosts without series is 1.*worker: no series tells of it",
    touches=["simulator:prometheus"],
    hard=True,
)
def worker_not_heard(deployment: Deployment) -> Iterator[None]:
    deployment.simulate("prometheus", {"dropped": ["worker"]})
    try:
        _until(deployment, lambda seen: "worker" not in seen)
        time.sleep(2.5)
        yield
    finally:
        deployment.simulate("prometheus", {"dropped": []})
        _until(deployment, lambda seen: seen.get("worker") == "up")
