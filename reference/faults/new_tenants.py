"""New tenants that are not whole, not apart, or not gone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.faults.schema import changed
from reference.switching import switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, LIFE, APART = "seiketsu", "SEI-3.1.2.1.2", "SEI-2.2.1.1.3"
ROLE, OWNER = "seiketsu_app", "seiketsu_owner"
OWN = "organization_id = nullif(current_setting('app.organization_id', true), '')::uuid"


@fault(
    name="sei-tenant-never-ready",
    breaks="the last step of provisioning is not taken",
    fails=[LIFE],
    message=r"get_tenant says 'organization' after .* want 'active'",
    touches=[f"app:{PRODUCT}:behaviour:provisioning:last-step"],
)
def never_ready(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "provision_without_last_step")


@fault(
    name="sei-tenant-ready-too-early",
    breaks="a tenant is said to be ready, and its voice agent was not made",
    fails=[LIFE],
    message=r"is said to be active, but it has no voice agent",
    touches=[f"app:{PRODUCT}:behaviour:provisioning:voice-agent"],
    hard=True,
)
def ready_too_early(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "provision_without_voice_agent")


@fault(
    name="sei-tenant-leaves-objects",
    breaks="a tenant's rows are removed, and its objects stay",
    fails=[LIFE],
    message=r"after its removal \d+ of the tenant's stay in bucket",
    touches=[f"app:{PRODUCT}:behaviour:removal:objects"],
    hard=True,
)
def leaves_objects(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "removal_leaves_objects")


@fault(
    name="sei-tenant-leaves-sessions",
    breaks="a tenant is removed, and the tokens of its people still open the API",
    fails=[LIFE],
    message=r"after its removal the token of its administrator is still answered 200",
    touches=[f"app:{PRODUCT}:behaviour:removal:sessions"],
    hard=True,
)
def leaves_sessions(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "removal_leaves_sessions")


@fault(
    name="sei-tenant-table-of-its-own-unguarded",
    breaks="what is made for a new tenant is a table without row security",
    fails=[APART],
    message=r"table tenants\.calls_of_newest: row level security is not enabled",
    touches=[f"postgres:{PRODUCT}:schema:tenants"],
)
def table_unguarded(deployment: Deployment) -> Iterator[None]:
    there = [
        "create schema tenants",
        "create table tenants.calls_of_newest (organization_id uuid not null, began date not null)",
        f"alter table tenants.calls_of_newest owner to {OWNER}",
        f"grant usage on schema tenants to {ROLE}",
        f"grant select, insert on tenants.calls_of_newest to {ROLE}",
    ]
    with changed(deployment, PRODUCT, there, ["drop schema tenants cascade"]):
        yield


@fault(
    name="sei-tenant-partition-granted",
    breaks="a table with row security gets a partition for the new tenant, which is granted by itself and has none",
    fails=[APART],
    message=r"table shards\.visits_newest, a partition of shards\.visits: row level security is not enabled",
    touches=[f"postgres:{PRODUCT}:schema:shards"],
    hard=True,
)
def partition_granted(deployment: Deployment) -> Iterator[None]:
    there = [
        "create schema shards",
        "create table shards.visits (organization_id uuid not null, page text) partition by list (organization_id)",
        "create table shards.visits_newest partition of shards.visits default",
        "alter table shards.visits enable row level security",
        "alter table shards.visits force row level security",
        f"create policy tenant_isolation on shards.visits using ({OWN}) with check ({OWN})",
        f"alter table shards.visits owner to {OWNER}",
        f"alter table shards.visits_newest owner to {OWNER}",
        f"grant usage on schema shards to {ROLE}",
        f"grant select on shards.visits, shards.visits_newest to {ROLE}",
    ]
    with changed(deployment, PRODUCT, there, ["drop schema shards cascade"]):
        yield
