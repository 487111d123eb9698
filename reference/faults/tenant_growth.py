"""Capacity that does not follow tenants: a bound in the way, pools that nobody counted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.faults.scaling import SEI, registered
from reference.switching import switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

LINE, PRODUCT = "SEI-2.2.2.2.4", "seiketsu"
POOLS = 25
"""Of each task, beside its own. The application's role may have sixty connections."""


@fault(
    name="sei-growth-two-tasks-at-most",
    breaks="the API may have two tasks, however many tenants there are",
    fails=[LINE, "SEI-1.1.1.2.1", "SEI-1.1.1.1.2"],
    message={
        LINE: r"ECS service api under load run growth.*added tasks is 0 tasks, want >= 1.*At most 2 may be asked for",
        "SEI-1.1.1.2.1": r"scaling of ECS service api: max tasks is 2",
        "SEI-1.1.1.1.2": r"scaling of ECS service api: planned tasks is 2",
    },
    touches=["aws:seiketsu:scaling:api", "fleet:seiketsu"],
)
def two_tasks_at_most(deployment: Deployment) -> Iterator[None]:
    with registered(deployment, PRODUCT, SEI, {"MaxCapacity": 2}, {"MaxCapacity": 40}):
        yield


@fault(
    name="sei-growth-pools-of-their-own",
    breaks="tasks become more as they should, and each keeps dozens of pools where one was agreed",
    fails=[LINE],
    message=r"tenants: connections is \d+(\.\d+)? percent, want < 80.*how large are pools",
    touches=["app:seiketsu:behaviour:database-pool", "fleet:seiketsu"],
    hard=True,
)
def pools_of_their_own(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "database_pools", POOLS)
