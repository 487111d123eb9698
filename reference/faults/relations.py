"""Ways past row security in the database, each behind policies that look right."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.faults.schema import changed

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, LINE = "seiketsu", "SEI-1.1.1.3.2"
CANARIES, RELEASE = "SEI-3.1.2.1.3", "SEI-2.1.1.2.2"
ROLE, OWNER = "seiketsu_app", "seiketsu_owner"
OWN = "organization_id = nullif(current_setting('app.organization_id', true), '')::uuid"


def _table(name: str) -> str:
    return f"postgres:{PRODUCT}:table:{name}"


@fault(
    name="sei-relations-row-security-off",
    breaks="row security of webhooks is off",
    fails=[LINE, CANARIES, RELEASE],
    message={
        LINE: r"table public\.webhooks: row level security is not enabled(.|\n)*webhooks: another tenant sees a row",
        CANARIES: r"table webhooks has no row security",
        RELEASE: r"row level security of table webhooks is not enabled",
    },
    touches=[_table("webhooks")],
)
def row_security_off(deployment: Deployment) -> Iterator[None]:
    table = "alter table webhooks {} row level security"
    with changed(deployment, PRODUCT, [table.format("disable")], [table.format("enable")]):
        yield


@fault(
    name="sei-relations-second-policy-true",
    breaks="beside the good policy there is one that says USING (true): permissive policies are joined by OR",
    fails=[LINE, CANARIES],
    message={
        LINE: r"policy support_reads does not bind SELECT to the tenant: USING true"
        r"(.|\n)*leads: another tenant sees a row",
        CANARIES: r"table leads shows \d+ rows of others",
    },
    touches=[f"{_table('leads')}:row-security"],
    hard=True,
)
def second_policy_true(deployment: Deployment) -> Iterator[None]:
    there = ["create policy support_reads on leads for select using (true)"]
    with changed(deployment, PRODUCT, there, ["drop policy support_reads on leads"]):
        yield


@fault(
    name="sei-relations-not-forced",
    breaks="subscriptions have policies that do not bind the table's owner",
    fails=[LINE, CANARIES, RELEASE],
    message={
        LINE: rf"table public\.subscriptions: row level security is not forced, so that its owner {OWNER} is past it",
        CANARIES: r"table subscriptions has no force",
        RELEASE: r"row level security of table subscriptions is not forced",
    },
    touches=[_table("subscriptions")],
    hard=True,
)
def not_forced(deployment: Deployment) -> Iterator[None]:
    table = "alter table subscriptions {} row level security"
    with changed(deployment, PRODUCT, [table.format("no force")], [table.format("force")]):
        yield


@fault(
    name="sei-relations-view-of-its-owner",
    breaks="a view over leads shows what its owner sees, who is past row security",
    fails=[LINE],
    message=r"view public\.lead_overview: shows what its owner \w+ sees; set security_invoker"
    r"(.|\n)*lead_overview: another tenant sees a row",
    touches=[f"postgres:{PRODUCT}:view:lead_overview"],
    hard=True,
)
def view_of_its_owner(deployment: Deployment) -> Iterator[None]:
    view = "alter view lead_overview"
    there = [f"{view} set (security_invoker = false)", f"{view} owner to postgres"]
    back = [f"{view} owner to {OWNER}", f"{view} set (security_invoker = true)"]
    with changed(deployment, PRODUCT, there, back):
        yield


@fault(
    name="sei-relations-materialized-view",
    breaks="a materialized view keeps all tenants' leads, and the application may read it",
    fails=[LINE],
    message=r"materialized view kept\.lead_names: the application may read it, and it can have no row security",
    touches=[f"postgres:{PRODUCT}:schema:kept"],
    hard=True,
)
def materialized_view(deployment: Deployment) -> Iterator[None]:
    there = [
        "create schema kept",
        "create materialized view kept.lead_names as select organization_id, last_name from leads",
        f"grant usage on schema kept to {ROLE}",
        f"grant select on kept.lead_names to {ROLE}",
    ]
    with changed(deployment, PRODUCT, there, ["drop schema kept cascade"]):
        yield


@fault(
    name="sei-relations-definer-function",
    breaks="a function that runs with its owner's rights gives the application every tenant's leads",
    fails=[LINE],
    message=r"function public\.every_lead\(\) runs with its owner's rights",
    touches=[f"postgres:{PRODUCT}:function:every_lead"],
    hard=True,
)
def definer_function(deployment: Deployment) -> Iterator[None]:
    there = [
        "create function every_lead() returns setof uuid language sql stable security definer"
        " as $$ select id from public.leads $$",
        f"grant execute on function every_lead() to {ROLE}",
    ]
    with changed(deployment, PRODUCT, there, ["drop function every_lead()"]):
        yield


@fault(
    name="sei-relations-insert-unchecked",
    breaks="integrations may be inserted for any tenant: reading them is bound, adding them is not",
    fails=[LINE],
    message=r"policy anyone_adds does not bind INSERT to the tenant: WITH CHECK true"
    r"(.|\n)*integrations: a row is inserted for another tenant",
    touches=[f"{_table('integrations')}:row-security"],
    hard=True,
)
def insert_unchecked(deployment: Deployment) -> Iterator[None]:
    there = ["create policy anyone_adds on integrations for insert with check (true)"]
    with changed(deployment, PRODUCT, there, ["drop policy anyone_adds on integrations"]):
        yield


@fault(
    name="sei-relations-partition-unguarded",
    breaks="a partitioned table is guarded, and its partition, which the application may read as well, is not",
    fails=[LINE],
    message=r"table archive\.calls_2026, a partition of archive\.calls: row level security is not enabled",
    touches=[f"postgres:{PRODUCT}:schema:archive"],
    hard=True,
)
def partition_unguarded(deployment: Deployment) -> Iterator[None]:
    there = [
        "create schema archive",
        "create table archive.calls (organization_id uuid not null, began date not null) partition by range (began)",
        "create table archive.calls_2026 partition of archive.calls for values from ('2026-01-01') to ('2027-01-01')",
        "alter table archive.calls enable row level security",
        "alter table archive.calls force row level security",
        f"create policy tenant_isolation on archive.calls using ({OWN}) with check ({OWN})",
        f"alter table archive.calls owner to {OWNER}",
        f"alter table archive.calls_2026 owner to {OWNER}",
        f"grant usage on schema archive to {ROLE}",
        f"grant select on archive.calls, archive.calls_2026 to {ROLE}",
    ]
    with changed(deployment, PRODUCT, there, ["drop schema archive cascade"]):
        yield


@fault(
    name="sei-relations-unset-tenant-sees-all",
    breaks="a policy takes the row's own tenant where none is set, so that a session without a tenant sees all rows",
    fails=[LINE],
    message=r"policy tenant_isolation does not bind SELECT to the tenant: USING \(organization_id = COALESCE"
    r"(.|\n)*reports: a session without a tenant sees rows|"
    r"policy tenant_isolation does not bind SELECT to the tenant: USING \(organization_id = COALESCE"
    r"(.|\n)*reports: the setting '' sees a row",
    touches=[f"{_table('reports')}:row-security"],
    hard=True,
)
def unset_tenant_sees_all(deployment: Deployment) -> Iterator[None]:
    policy = "alter policy tenant_isolation on reports using ({0}) with check ({0})"
    leaky = (
        "organization_id = coalesce(nullif(current_setting('app.organization_id', true), '')::uuid, organization_id)"
    )
    with changed(deployment, PRODUCT, [policy.format(leaky)], [policy.format(OWN)]):
        yield
