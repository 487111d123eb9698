"""Quotas of users that nobody enforces, or that each process enforces for itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.switching import switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

LINE = "AURA-5.1.2.4"
TOUCHES = ["app:aurastudio-1:behaviour:rate_limit", "app:aurastudio-2:behaviour:rate_limit"]


@fault(
    name="aura-rate-limit-off",
    breaks="no request is counted, so nobody is ever refused",
    fails=[LINE],
    message=r"requests of carla in \d+ s were all admitted",
    touches=TOUCHES,
)
def rate_limit_off(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, "aurastudio", "rate_limit_off")


@fault(
    name="aura-rate-limit-by-process",
    breaks="each process counts for itself, so every instance more is a quota more",
    fails=[LINE],
    message=r"120 of 120 requests in one window over 2 instances were admitted",
    touches=TOUCHES,
    hard=True,
)
def rate_limit_by_process(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, "aurastudio", "rate_limit_by_process")
