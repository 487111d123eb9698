"""Quotas of plans that are not enforced, or only by one request after the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.switching import switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, LINE = "seiketsu", "SEI-2.2.1.1.2"


@fault(
    name="sei-plan-minutes-not-enforced",
    breaks="calls are opened without a look at the plan's minutes",
    fails=[LINE],
    message=r"of \d+ requests at once \d+ used voice_minutes, where the quota leaves 0",
    touches=[f"app:{PRODUCT}:behaviour:quota:voice-minutes"],
)
def minutes_not_enforced(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "quotas_ignored", ["voice_minutes"])


@fault(
    name="sei-plan-counted-before-added",
    breaks="a quota is counted and then used, and nothing keeps requests at the same time from counting the same",
    fails=[LINE],
    message=r"of \d+ requests at once \d+ used \w+, where the quota leaves \d+",
    touches=[f"app:{PRODUCT}:behaviour:quota:lock"],
    hard=True,
)
def counted_before_added(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "quota_unlocked")


@fault(
    name="sei-plan-never-anew",
    breaks="calls of all months are counted, so that a month's quota never begins anew",
    fails=[LINE],
    message=r"the quota of conversations does not begin anew with the month: 402",
    touches=[f"app:{PRODUCT}:behaviour:quota:months"],
    hard=True,
)
def never_anew(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "quota_of_all_time")
