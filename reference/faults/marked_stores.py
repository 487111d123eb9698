"""Stores that keep nothing of synthetic tenants, so that a search for foreign data there finds none for sure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.schema.canaries import ORGANIZATIONS
from reference.switching import switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, LINE, REPORTS = "seiketsu", "SEI-2.2.2.1.1", "SEI-5.2.2.1.2"


@fault(
    name="sei-stores-without-exports",
    breaks="exports are not kept as files, so that no object of a tenant's holds anything of it",
    fails=[LINE, REPORTS],
    message={
        LINE: r"tenant small: exports \(files\) does not hold CANARY-small-leads-",
        REPORTS: r"the report daily_leads of CANARY-\w+: there is no file tenants/",
    },
    touches=[f"app:{PRODUCT}:behaviour:exports"],
)
def without_exports(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "exports_not_kept")


@fault(
    name="sei-stores-drop-events",
    breaks="events are answered 201 and stored nowhere",
    fails=[LINE],
    message=r"events \(analytics_events\.event_type\) does not hold CANARY-\S+, though planting it was answered 201",
    touches=[f"app:{PRODUCT}:behaviour:events"],
    hard=True,
)
def drop_events(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "events_dropped")


@fault(
    name="sei-stores-standing-canary-empty",
    breaks="a standing canary has no row in a table in which others have some",
    fails=[LINE],
    message=r"CANARY-cedar has nothing in table objection_handling_logs",
    touches=[f"postgres:{PRODUCT}:table:objection_handling_logs"],
    hard=True,
)
def standing_canary_empty(deployment: Deployment) -> Iterator[None]:
    with deployment.sql(PRODUCT) as connection:
        taken = connection.execute(
            "DELETE FROM objection_handling_logs t USING conversations c WHERE c.id = t.conversation_id"
            " AND c.organization_id = %s RETURNING to_jsonb(t)::text",
            (ORGANIZATIONS[2].id,),
        ).fetchall()
    try:
        yield
    finally:
        with deployment.sql(PRODUCT) as connection:
            for (row,) in taken:
                connection.execute(
                    "INSERT INTO objection_handling_logs SELECT * FROM"
                    " jsonb_populate_record(NULL::objection_handling_logs, %s::jsonb)",
                    (row,),
                )
