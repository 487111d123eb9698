"""A release that its smoke checks did not see, or that does not stand up to them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from reference.faults import fault
from reference.switching import simulated

if TYPE_CHECKING:
    from reference.deployment import Deployment

LINE = "AURA-5.2.3.5"
HEALTHY: dict[str, Any] = {"conclusions": {}, "job_hours_earlier": {}}


@fault(
    name="aura-quick-router-away",
    breaks="the paths of one router lead nowhere (without sign-in most lines could not even be looked at)",
    fails=[LINE, "AURA-5.2.3.1"],
    message={
        LINE: r"AURA-5\.2\.3\.1 failed: .*(?s:.)*smoke checks of aurastudio: failed is [1-9]\d*, want == 0",
        "AURA-5.2.3.1": r"agency_health \(GET /api/v3/agency/health\) answered 404",
    },
    touches=["nginx:aurastudio-api:routes"],
)
def router_away(deployment: Deployment) -> Iterator[None]:
    with deployment.edge.relisten("aurastudio-api", unrouted=["/api/v3/agency/"]):
        yield


@fault(
    name="aura-quick-before-rollout",
    breaks="the pipeline's smoke job is green, and looked at the release before: it ran before the rollout was done",
    fails=[LINE],
    message=r"job smoke: began at \S+, before the rollout was done at",
    touches=["forge:smoke"],
    hard=True,
)
def before_rollout(deployment: Deployment) -> Iterator[None]:
    yield from simulated(deployment, "github", {"job_hours_earlier": {"smoke": 5}}, HEALTHY)


@fault(
    name="aura-quick-job-skipped",
    breaks="the pipeline's smoke job was skipped, and the run is green",
    fails=[LINE],
    message=r"job smoke: is skipped for [0-9a-f]{12}",
    touches=["forge:conclusions"],
    hard=True,
)
def job_skipped(deployment: Deployment) -> Iterator[None]:
    yield from simulated(deployment, "github", {"conclusions": {"smoke": "skipped"}}, HEALTHY)
