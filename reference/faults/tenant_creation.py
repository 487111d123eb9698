"""Tenants that are made in parts, twice, or go on after they were suspended."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.switching import switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, LINE, READY = "seiketsu", "SEI-2.2.1.1.1", "SEI-5.2.1.1.1"
MAKING = [f"app:{PRODUCT}:behaviour:provisioning", "worker:consumers"]
"""What all that make a tenant go through: of two that change it, the one hides the other."""


@fault(
    name="sei-creation-without-admin",
    breaks="tenants of one plan are made without their administrator, who is told a password all the same",
    fails=[LINE, READY],
    message={
        LINE: r"was answered 201, but its administrator can't sign in: 401",
        READY: r"a tenant on enterprise is not at work .* its administrator can't sign in",
    },
    touches=[f"app:{PRODUCT}:behaviour:provisioning:admin-of-plan", *MAKING],
)
def without_admin(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "plans_without_admin", ["enterprise"])


@fault(
    name="sei-creation-twice",
    breaks="the key of a request is not looked at, and an administrator may be one already: it makes two tenants",
    fails=[LINE],
    message=r"requests (at once )?with the same key made \d+ tenants, want 1",
    touches=[f"app:{PRODUCT}:behaviour:provisioning:key", *MAKING],
    hard=True,
)
def twice(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "creation_key_ignored")


@fault(
    name="sei-creation-in-parts",
    breaks="a tenant is made in two transactions, so that the first stays when the second fails",
    fails=[LINE],
    message=r"a creation that was refused with 409 left 1 tenant in parts",
    touches=[f"app:{PRODUCT}:behaviour:provisioning:pieces", *MAKING],
    hard=True,
)
def in_parts(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "provision_in_pieces")


@fault(
    name="sei-creation-suspended-sockets",
    breaks="sockets that were open stay open when their tenant is suspended",
    fails=[LINE, "SEI-1.2.1.2.4"],
    message={
        LINE: r"the socket that was open when a tenant was suspended still answers",
        "SEI-1.2.1.2.4": r"a stream still answers, and speaks after its user has signed out",
    },
    touches=[f"app:{PRODUCT}:behaviour:suspension:sockets", *MAKING],
    hard=True,
)
def suspended_sockets(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "sockets_outlive_sessions")
