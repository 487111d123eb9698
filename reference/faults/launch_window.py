"""Endpoints that do not answer: at one copy, for hours of yesterday, or nobody knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.amending import distorted
from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

LINE, PRODUCT = "AURA-13.1.1", "aurastudio"
SERIES = "CloudWatchSynthetics/SuccessPercent"
CANARIES = f"aws:{PRODUCT}:metrics:canaries"
FOUR_HOURS = 4 * 3600


@fault(
    name="aura-endpoint-down-at-one-copy",
    breaks="one copy of the API answers 503 for the effects; through the balancer every second call is well",
    fails=[LINE],
    message=r"list_effects \(GET /api/effects\) on aurastudio-2 answered 503: not reachable",
    touches=[f"app:{PRODUCT}-2:behaviour:status-effects", f"app:{PRODUCT}:behaviour:status-effects"],
)
def down_at_one_copy(deployment: Deployment) -> Iterator[None]:
    switch, instance = "status:/api/effects", f"{PRODUCT}-2"
    deployment.behave_instance(PRODUCT, instance, {switch: 503})
    try:
        yield
    finally:
        deployment.behave_instance(PRODUCT, instance, {switch: None})


@fault(
    name="aura-endpoint-was-down-for-hours",
    breaks="all endpoints answer, and one did not for three hours since the launch",
    fails=[LINE],
    message=r"endpoint list_avatars over the last 4 h: availability is \d\d(\.\d+)? percent.*1[78]\d min were bad",
    touches=[CANARIES],
    hard=True,
)
def was_down(deployment: Deployment) -> Iterator[None]:
    with distorted(deployment, PRODUCT, f"{SERIES}[?]*-list-avatars", "set", value=0, since=12600, until=1800):
        yield


@fault(
    name="aura-endpoint-without-canary",
    breaks="nobody set up the canary of one router: all that are there are well",
    fails=[LINE],
    message=r"endpoint agency_health over the last 4 h: availability is 0(\.0)? percent.*5 were silent",
    touches=[CANARIES],
    hard=True,
)
def without_canary(deployment: Deployment) -> Iterator[None]:
    with distorted(deployment, PRODUCT, f"{SERIES}[?]*-agency-health", "drop", since=FOUR_HOURS + 3600):
        yield
