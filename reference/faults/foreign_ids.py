"""Handlers that believe an id, or say too much about it, behind row security that is whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.faults.trespasses import trespasses_forgotten
from reference.switching import switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, LINE, CANARIES = "seiketsu", "SEI-2.2.2.1.3", "SEI-3.1.2.1.3"


@fault(
    name="sei-foreign-lead-by-id",
    breaks="a lead is read by its id alone, whosesoever it is",
    fails=[LINE, CANARIES],
    message={
        LINE: r"get_lead with \{id\} of CANARY-\w+ as CANARY-\w+ is answered 200",
        CANARIES: r"CANARY-\w+ sees CANARY-\w+ by get_lead \(id\)",
    },
    touches=[f"app:{PRODUCT}:behaviour:lead-by-id", f"postgres:{PRODUCT}:audit:trespasses"],
)
def lead_by_id(deployment: Deployment) -> Iterator[None]:
    with trespasses_forgotten(deployment, PRODUCT):
        yield from switched(deployment, PRODUCT, "lead_by_id_alone")


@fault(
    name="sei-foreign-leads-in-bulk",
    breaks="each single lead is its tenant's, and the bulk change takes any id",
    fails=[LINE],
    message=r"bulk_update_leads with \{ids\} of CANARY-\w+ as CANARY-\w+ changed its row",
    touches=[f"app:{PRODUCT}:behaviour:leads-in-bulk", f"postgres:{PRODUCT}:audit:trespasses"],
    hard=True,
)
def leads_in_bulk(deployment: Deployment) -> Iterator[None]:
    with trespasses_forgotten(deployment, PRODUCT):
        yield from switched(deployment, PRODUCT, "bulk_by_id_alone")


@fault(
    name="sei-foreign-told-by-status",
    breaks="another tenant's voice agent is refused by 403, and one that is not there by 404",
    fails=[LINE],
    message=r"get_voice_agent with \{id\} of CANARY-\w+ .*is answered 403 .*an id of nothing 404",
    touches=[f"app:{PRODUCT}:behaviour:agent-by-id"],
    hard=True,
)
def told_by_status(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "tells_foreign")


@fault(
    name="sei-foreign-session-joined",
    breaks="who knows the id of another tenant's call can ask for its state and end it",
    fails=[LINE],
    message=r"voice_status with \{session_id\} of CANARY-\w+ as CANARY-\w+ is answered 200",
    touches=[f"app:{PRODUCT}:behaviour:session-by-id", f"postgres:{PRODUCT}:audit:trespasses"],
    hard=True,
)
def session_joined(deployment: Deployment) -> Iterator[None]:
    with trespasses_forgotten(deployment, PRODUCT):
        yield from switched(deployment, PRODUCT, "session_by_id_alone")
