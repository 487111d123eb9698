"""Users of AuraStudio who reach one another's rows, in the database and through the API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.faults.schema import changed
from reference.switching import switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, LINE = "aurastudio", "AURA-8.1.3.2"
EXTENSION = f"postgres:{PRODUCT}:extension:vector"
"""Without it no memory is stored, and what users see of one another's can't be told."""
OWN = "user_id = nullif(current_setting('app.user_id', true), '')::uuid"


@fault(
    name="aura-user-rows-security-off",
    breaks="row security of memories is off",
    fails=[LINE],
    message=r"user_memory: row level security is not enabled(.|\n)*user_memory: another tenant sees a row",
    touches=[f"postgres:{PRODUCT}:table:user_memory:row-security", EXTENSION],
)
def row_security_off(deployment: Deployment) -> Iterator[None]:
    table = "alter table user_memory {} row level security"
    with changed(deployment, PRODUCT, [table.format("disable")], [table.format("enable")]):
        yield


@fault(
    name="aura-user-rows-unchecked",
    breaks="feedback can be written for any user: the policy's WITH CHECK lets all pass",
    fails=[LINE],
    message=r"policy user_isolation does not bind INSERT to the tenant: WITH CHECK true"
    r"(.|\n)*feedback: a row is inserted for another tenant",
    touches=[f"postgres:{PRODUCT}:table:feedback:row-security", EXTENSION],
    hard=True,
)
def rows_unchecked(deployment: Deployment) -> Iterator[None]:
    policy = f"alter policy user_isolation on feedback using ({OWN}) with check ({{}})"
    with changed(deployment, PRODUCT, [policy.format("true")], [policy.format(OWN)]):
        yield


@fault(
    name="aura-user-rows-view-past-security",
    breaks="the view of activity shows what its owner sees, who is past row security",
    fails=[LINE],
    message=r"view public\.activity: shows what its owner \w+ sees(.|\n)*activity: another tenant sees a row",
    touches=[f"postgres:{PRODUCT}:view:activity", EXTENSION],
    hard=True,
)
def view_past_security(deployment: Deployment) -> Iterator[None]:
    view = "alter view activity"
    there = [f"{view} set (security_invoker = false)", f"{view} owner to postgres"]
    back = [f"{view} owner to aurastudio_owner", f"{view} set (security_invoker = true)"]
    with changed(deployment, PRODUCT, there, back):
        yield


@fault(
    name="aura-user-rows-of-whom-is-named",
    breaks="row security is whole, and the API acts for whichever user the query names",
    fails=[LINE],
    message=r"list_projects with \{identity\.id\} of CANARY-\w+ as CANARY-\w+ shows CANARY-\w+",
    touches=[f"app:{PRODUCT}:behaviour:tenant-filter", EXTENSION],
    hard=True,
)
def of_whom_is_named(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "tenant_filter_off")
