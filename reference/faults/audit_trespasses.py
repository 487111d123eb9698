"""Events of the audit trail by which one tenant's people had something of another's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from reference.faults import fault
from reference.schema.canaries import ORGANIZATIONS

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, LINE = "seiketsu", "SEI-5.1.1.3.4"
TRAIL = f"postgres:{PRODUCT}:audit:trespasses"
AMBER, BIRCH = ORGANIZATIONS[0], ORGANIZATIONS[1]


def _booked(deployment: Deployment, **event: Any) -> Iterator[None]:
    """Put an event of an agent of the first tenant, about a lead of the second, into the trail."""
    row = {
        "id": uuid4(), "actor_id": AMBER.users[2].id, "event_type": "data.update", "object_type": "lead",
        "object_id": str(BIRCH.row_id("leads")), "request_id": "fault", "outcome": "success", **event,
    }  # fmt: skip
    with deployment.sql(PRODUCT) as connection:
        connection.execute(
            "INSERT INTO client_audit_logs (id, actor_id, event_type, object_type, object_id, request_id, outcome,"
            " client_id, actor_organization_id) VALUES (%(id)s, %(actor_id)s, %(event_type)s, %(object_type)s,"
            " %(object_id)s, %(request_id)s, %(outcome)s, %(client_id)s, %(actor_organization_id)s)",
            row,
        )
    try:
        yield
    finally:
        with deployment.sql(PRODUCT) as connection:
            connection.execute("DELETE FROM client_audit_logs WHERE id = %(id)s", row)


@fault(
    name="sei-trail-foreign-success",
    breaks="the trail tells that somebody changed another tenant's lead",
    fails=[LINE],
    message=rf"data\.update of lead \w+ of tenant {str(BIRCH.id)[:8]} by {str(AMBER.id)[:8]}",
    touches=[TRAIL],
)
def foreign_success(deployment: Deployment) -> Iterator[None]:
    yield from _booked(deployment, client_id=BIRCH.id, actor_organization_id=AMBER.id)


@fault(
    name="sei-trail-tenant-copied",
    breaks="the trail takes the tenant from the request on both sides, so that all looks like one's own",
    fails=[LINE],
    message=rf"of tenant {str(BIRCH.id)[:8]} by {str(AMBER.id)[:8]} \(booked under {str(AMBER.id)[:8]}\)",
    touches=[TRAIL],
    hard=True,
)
def tenant_copied(deployment: Deployment) -> Iterator[None]:
    yield from _booked(deployment, client_id=AMBER.id, actor_organization_id=AMBER.id)
