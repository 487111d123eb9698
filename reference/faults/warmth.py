"""Endpoints that stay slow once they are warm: a much used one, a seldom used one, or each copy after a pause."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.switching import switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

WARM = "AURA-5.2.3.2"


@fault(
    name="aura-languages-slow",
    breaks="the list of languages takes 700 ms longer",
    fails=[WARM],
    message=r"endpoint languages: p95 is \d+(\.\d+)? ms, want < 500 ms",
    touches=["app:aurastudio:behaviour:slow-languages"],
)
def languages_slow(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, "aurastudio", "slow:/api/advanced/languages", 700)


@fault(
    name="aura-seldom-used-endpoint-slow",
    breaks="one endpoint that hardly anybody uses takes two seconds; all calls together look well",
    fails=[WARM],
    message=r"endpoint agency_health: p95 is 2\d\d\d(\.\d+)? ms, want < 500 ms",
    touches=["app:aurastudio:behaviour:slow-agency-health"],
    hard=True,
)
def seldom_used_slow(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, "aurastudio", "slow:/api/v3/agency/health", 2000)


@fault(
    name="aura-instances-cold-after-pause",
    breaks="after each pause the first call that a copy gets takes nine tenths of a second",
    fails=[WARM],
    message=r"endpoint mode_current: p95 is \d{3,4}(\.\d+)? ms, want < 500 ms",
    # One of two copies alone would be cold too seldom.
    touches=["app:aurastudio:behaviour:cold-mode", "edge", "aws:aurastudio:elbv2:group:api:targets"],
    hard=True,
)
def cold_after_pause(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, "aurastudio", "cold:/api/advanced/mode/current", 900)
