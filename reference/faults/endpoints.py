"""Endpoints that can't be reached, answer wrongly, or answer for everything."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.switching import switched

if TYPE_CHECKING:
    from reference.deployment import Deployment


@fault(
    name="aura-router-not-routed",
    breaks="the edge leads the paths of one router nowhere",
    fails=["AURA-5.2.3.1"],
    message=r"agency_health \(GET /api/v3/agency/health\) answered 404.*(?s:.)*product_add \(OPTIONS",
    touches=["nginx:aurastudio-api:routes"],
)
def router_not_routed(deployment: Deployment) -> Iterator[None]:
    with deployment.edge.relisten("aurastudio-api", unrouted=["/api/v3/agency/"]):
        yield


@fault(
    name="aura-one-address-unreachable",
    breaks="the name leads to two addresses, the API listens at one",
    fails=["AURA-5.2.3.1"],
    message=r"localhost:\d+ at 127\.0\.0\.2: Connect\w+ on a new connection",
    touches=["nginx:aurastudio-api:addresses"],
    hard=True,
)
def one_address_unreachable(deployment: Deployment) -> Iterator[None]:
    with deployment.edge.relisten("aurastudio-api", addresses=["127.0.0.1"]):
        yield


@fault(
    name="sei-voice-health-down",
    breaks="the health route of the voice service answers 503",
    fails=["SEI-2.1.2.1.4"],
    message=r"voice_health \(GET /api/v1/voice/streaming/health/detailed\) answered 503, want 200",
    touches=["app:seiketsu:behaviour:voice-health"],
)
def voice_health_down(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, "seiketsu", "status:/api/v1/voice/streaming/health", 503)


@fault(
    name="sei-api-answers-for-everything",
    breaks="the API answers 200 for paths that it does not have",
    fails=["SEI-2.1.2.1.4", "SEI-2.1.1.3.2"],
    message={
        "SEI-2.1.2.1.4": r"the API, GET /golive-no-such-path: unknown path status is 200",
        "SEI-2.1.1.3.2": r"unknown path status is 200",
    },
    touches=["app:seiketsu:behaviour:catch-all"],
    hard=True,
)
def api_answers_for_everything(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, "seiketsu", "catch_all_200", value=True)


@fault(
    name="sei-site-answers-for-everything",
    breaks="the site shows its start page for every path",
    fails=["SEI-2.1.2.1.4"],
    message=r"the site https://localhost:\d+, GET /golive-no-such-path: unknown path status is 200",
    touches=["nginx:seiketsu-web:routes"],
    hard=True,
)
def site_answers_for_everything(deployment: Deployment) -> Iterator[None]:
    with deployment.edge.relisten("seiketsu-web", otherwise="/index.html"):
        yield
