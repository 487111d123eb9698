"""A schema that admits rows of nobody's, and rows linked across tenants."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.faults.schema import changed

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, LINE, RELEASE = "seiketsu", "SEI-1.1.1.3.3", "SEI-2.1.1.2.2"


@fault(
    name="sei-tenant-column-nullable",
    breaks="a report may belong to nobody",
    fails=[LINE, RELEASE],
    message={
        LINE: r"reports\.organization_id admits NULL, so a row of nobody's",
        RELEASE: r"column reports\.organization_id admits NULL",
    },
    touches=[f"postgres:{PRODUCT}:table:reports:organization_id"],
)
def column_nullable(deployment: Deployment) -> Iterator[None]:
    column = "alter table reports alter column organization_id {} not null"
    with changed(deployment, PRODUCT, [column.format("drop")], [column.format("set")]):
        yield


@fault(
    name="sei-tenant-key-is-the-id-alone",
    breaks="a conversation refers to a lead by its id alone, which may be another tenant's",
    fails=[LINE, RELEASE],
    message={
        LINE: r"conversations: a row was admitted whose lead_id refers to another tenant's leads"
        r"(.|\n)*conversations: key conversations_lead on \(lead_id\) to leads leaves the tenant out",
        RELEASE: r"conversations: foreign key .* on organization_id, lead_id to leads does not exist",
    },
    touches=[f"postgres:{PRODUCT}:table:conversations:lead_id"],
    hard=True,
)
def key_is_the_id_alone(deployment: Deployment) -> Iterator[None]:
    table, name = "alter table conversations", "conversations_organization_id_lead_id_fkey"
    there = [
        f"{table} drop constraint {name}",
        f"{table} add constraint conversations_lead foreign key (lead_id) references leads (id) on delete set null",
    ]
    back = [
        f"{table} drop constraint conversations_lead",
        f"{table} add constraint {name} foreign key (organization_id, lead_id)"
        " references leads (organization_id, id) on delete set null (lead_id)",
    ]
    with changed(deployment, PRODUCT, there, back):
        yield


@fault(
    name="sei-tenant-email-unique-everywhere",
    breaks="a lead's address may be there once over all tenants: whoever is refused learns of another's",
    fails=[LINE],
    message=r"leads: leads_email_once on \(email\) is unique over all tenants",
    touches=[f"postgres:{PRODUCT}:table:leads:email"],
    hard=True,
)
def unique_everywhere(deployment: Deployment) -> Iterator[None]:
    there = ["alter table leads add constraint leads_email_once unique (email)"]
    with changed(deployment, PRODUCT, there, ["alter table leads drop constraint leads_email_once"]):
        yield


@fault(
    name="sei-tenant-integration-unique-everywhere",
    breaks="two tenants can't use one provider: who comes second is refused, and learns of the first",
    fails=[LINE, RELEASE],
    message={
        LINE: r"integrations: what another tenant has is refused \(integrations_provider_once\)",
        RELEASE: r"index integrations_provider_once on integrations is in no migration",
    },
    touches=[f"postgres:{PRODUCT}:table:integrations:provider"],
    hard=True,
)
def integration_unique_everywhere(deployment: Deployment) -> Iterator[None]:
    # An index, which no constraint tells of. It leaves the rows that are there alone.
    there = ["create unique index integrations_provider_once on integrations (provider) where provider like 'golive-%'"]
    with changed(deployment, PRODUCT, there, ["drop index integrations_provider_once"]):
        yield
