"""Limits that are not there, and limits that a client evades by what it says of itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from reference.faults import fault
from reference.switching import switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

SITE, GUESSING = "AURA-4.1.4.5", "AURA-8.1.3.3"


@contextmanager
def _edge(deployment: Deployment, **changes: Any) -> Iterator[None]:
    former = deployment.edge.reconfigure(**changes)
    try:
        yield
    finally:
        deployment.edge.reconfigure(**former)


@fault(
    name="aura-flood-site-unlimited",
    breaks="the site serves whoever asks as often as they like",
    fails=[SITE],
    message=r"/login, flooded by 300 requests: requests admitted is 300",
    touches=["nginx:site-limit"],
)
def site_unlimited(deployment: Deployment) -> Iterator[None]:
    with _edge(deployment, site_limited=[]):
        yield


@fault(
    name="aura-flood-site-limit-by-forwarded",
    breaks="the site's limit knows its clients by the address that they themselves name",
    fails=[SITE],
    message=r"/login, flooded by 300 requests: requests admitted is 300",
    touches=["nginx:site-limit"],
    hard=True,
)
def site_limit_by_forwarded(deployment: Deployment) -> Iterator[None]:
    with _edge(deployment, site_key="$http_x_forwarded_for"):
        yield


@fault(
    name="aura-guesses-unlimited",
    breaks="nobody counts wrong passwords",
    fails=[GUESSING],
    message=r"wrong passwords for carla: attempts before the first refusal: attempts is 30",
    touches=["app:aurastudio-1:behaviour:guesses", "app:aurastudio-2:behaviour:guesses"],
)
def guesses_unlimited(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, "aurastudio", "guesses_unlimited")


@fault(
    name="aura-guesses-by-forwarded",
    breaks="the balancer passes on what clients say of their address, so each guess comes from somebody else",
    fails=[GUESSING],
    message=r"passwords for many accounts from one address: .*: attempts is (1[1-9]|2\d|30),",
    touches=["nginx:aurastudio-api:forwarded"],
    hard=True,
)
def guesses_by_forwarded(deployment: Deployment) -> Iterator[None]:
    with _edge(deployment, forwarded={"aurastudio": "$http_x_forwarded_for"}):
        yield


@fault(
    name="aura-guesses-refresh-unlimited",
    breaks="passwords can't be guessed, refresh tokens can",
    fails=[GUESSING],
    message=r"wrong refresh tokens from one address: attempts before the first refusal: attempts is 30",
    touches=["app:aurastudio-1:behaviour:guesses", "app:aurastudio-2:behaviour:guesses"],
    hard=True,
)
def refresh_unlimited(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, "aurastudio", "refresh_unlimited")
