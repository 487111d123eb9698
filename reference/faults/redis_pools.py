"""Connections to Redis that are never given back, or waited for without end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.switching import switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

LINE = "SEI-1.1.1.4.4"
TOUCHES = ["app:seiketsu-1:behaviour:redis", "app:seiketsu-2:behaviour:redis"]


@fault(
    name="sei-redis-connection-per-request",
    breaks="each request opens connections to Redis and closes none",
    fails=[LINE],
    message=r"connections of the API at most .* of 40; the part in use: clients of pools is",
    touches=TOUCHES,
)
def connection_per_request(deployment: Deployment) -> Iterator[None]:
    try:
        yield from switched(deployment, "seiketsu", "redis_connection_per_request")
    finally:
        names = {instance.id for instance in deployment.settings.products["seiketsu"].instances}
        with deployment.redis() as client:
            for connection in client.client_list():
                if connection["name"] in names:
                    client.client_kill_filter(_id=connection["id"])


@fault(
    name="sei-redis-pool-waits-for-ever",
    breaks="the pool has two connections and no time-out, so two slow commands hold up every request",
    fails=[LINE],
    message=r"the slowest answer while Redis stood still for 8 s: recovery is",
    touches=TOUCHES,
    hard=True,
)
def pool_waits_for_ever(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, "seiketsu", "redis_pool_waits")
