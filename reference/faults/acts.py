"""An audit trail that misses an act or can be rewritten, and a trail of AWS that does not reach its bucket."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.amending import amended
from reference.faults import fault
from reference.switching import switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, LINE = "seiketsu", "SEI-1.1.2.2.4"
SIGN_INS = "app:seiketsu:behaviour:any_password"
"""A false password has to be refused, for its refusal to be looked for."""


@fault(
    name="sei-exports-are-not-audited",
    breaks="taking data out leaves no event in the audit trail",
    fails=[LINE],
    message=r"event kinds found is 80 percent.*: export",
    touches=["app:seiketsu:behaviour:audit", SIGN_INS],
)
def exports_are_not_audited(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "audit_without", ["data.export"])


@fault(
    name="sei-app-may-delete-audit-events",
    breaks="the application's role may delete events of the audit trail",
    fails=[LINE],
    message=r"accepted alterations is 1.*may do DELETE there",
    touches=["postgres:seiketsu:table:client_audit_logs", "postgres:seiketsu:role:app", SIGN_INS],
    hard=True,
)
def app_may_delete_audit_events(deployment: Deployment) -> Iterator[None]:
    role = deployment.settings.products[PRODUCT].database.app_role
    with deployment.sql(PRODUCT) as connection:
        connection.execute(f"GRANT DELETE ON client_audit_logs TO {role}")
    try:
        yield
    finally:
        with deployment.sql(PRODUCT) as connection:
            connection.execute(f"REVOKE DELETE ON client_audit_logs FROM {role}")


@fault(
    name="sei-trail-refused-by-its-bucket",
    breaks="the trail logs, and its bucket refuses the files",
    fails=[LINE, "SEI-2.1.1.4.4"],
    message=r"trail .*: delivery fails with AccessDenied",
    touches=["aws:seiketsu:trail:status", SIGN_INS],
    hard=True,
)
def trail_refused_by_its_bucket(deployment: Deployment) -> Iterator[None]:
    with amended(
        deployment, PRODUCT, "cloudtrail", "", {"LatestDeliveryError": "AccessDenied"}, operation="GetTrailStatus"
    ):
        yield
