"""Tokens that are believed though they should not be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.switching import switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT = "aurastudio"
TOUCHES = "app:aurastudio:behaviour:tokens"


@fault(
    name="aura-token-signature-not-verified",
    breaks="the signature of tokens is not verified",
    fails=["AURA-8.1.3.5", "AURA-5.1.2.1"],
    message={
        "AURA-8.1.3.5": r"accepts a forged token: unsigned \(alg none\)",
        "AURA-5.1.2.1": r"default secret accepted is \d+, want == 0",
    },
    touches=TOUCHES,
)
def signature_not_verified(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "skip_signature")


@fault(
    name="aura-token-expiry-not-verified",
    breaks="the signature of tokens is verified, and that they have expired is not",
    fails=["AURA-8.1.3.5"],
    message=r"accepts a forged token: expired an hour ago",
    touches=TOUCHES,
    hard=True,
)
def expiry_not_verified(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "skip_expiry")


@fault(
    name="aura-token-default-secret-accepted",
    breaks="the secret that stands in the source still verifies tokens beside the deployment's own",
    fails=["AURA-8.1.3.5", "AURA-5.1.2.1"],
    message={
        "AURA-8.1.3.5": r"accepts a forged token: signed with the code's default secret",
        "AURA-5.1.2.1": r"default secret accepted is \d+, want == 0",
    },
    touches=TOUCHES,
    hard=True,
)
def default_secret_accepted(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "accept_default_secret")


@fault(
    name="aura-token-not-checked-at-websocket",
    breaks="the WebSocket accepts an upgrade with any token or none",
    fails=["AURA-8.1.3.5"],
    message=r"the stream wss://\S+ accepts a forged token: its signature",
    touches=TOUCHES,
    hard=True,
)
def not_checked_at_websocket(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "ws_no_auth")
