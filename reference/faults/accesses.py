"""Accesses that the audit trail does not tell, or tells to the wrong tenant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.switching import switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, LINE = "seiketsu", "SEI-2.2.2.1.4"
ROLES = f"app:{PRODUCT}:behaviour:roles"
"""As they should be, for somebody to do what is to be booked."""


@fault(
    name="sei-accesses-reads-unaudited",
    breaks="who reads a thing leaves nothing in the audit trail",
    fails=[LINE],
    message=r"3 get_lead left no entry with actor, thing and outcome",
    touches=[f"app:{PRODUCT}:behaviour:audit", ROLES],
)
def reads_unaudited(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "audit_without", ["data.read"])


@fault(
    name="sei-accesses-bulk-as-one",
    breaks="a change of many things at once leaves one entry, which does not say which they were",
    fails=[LINE],
    message=r"3 bulk_update_leads left no entry with actor, thing and outcome",
    touches=[f"app:{PRODUCT}:behaviour:audit-of-bulk", ROLES],
    hard=True,
)
def bulk_as_one(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "bulk_audited_as_one")


@fault(
    name="sei-accesses-attempts-of-attacker",
    breaks="a refused attempt is booked by whoever tried alone, and whose thing it was never learns of it",
    fails=[LINE],
    message=r"1 refused get_lead across tenants left no entry in the trail of the tenant whose thing it was",
    touches=[f"app:{PRODUCT}:behaviour:audit-of-attempts", ROLES],
    hard=True,
)
def attempts_of_attacker(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "attempts_of_attacker_alone")
