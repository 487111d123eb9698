"""Statements that no index serves: it is gone, or invalid, or row security's condition is not the one it is for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.faults.schema import changed, run

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, LINE, RELEASE = "seiketsu", "SEI-1.1.1.3.5", "SEI-2.1.1.2.2"
ROLE = "seiketsu_app"
CONTEXT = "set app.organization_id = '00000000-0000-4000-8000-000000000000'"
SLOW = "union all select pg_sleep(0.3)::text"
"""Has a statement take time, so that it is among the hottest."""


def as_application(deployment: Deployment, statement: str) -> None:
    with deployment.sql(PRODUCT) as connection, connection.transaction():
        connection.execute(f"set local role {ROLE}")
        connection.execute(CONTEXT.replace("set ", "set local "))
        connection.execute(statement)


def forget(deployment: Deployment, word: str) -> None:
    """Have the server no longer count the statements in which the word stands."""
    query = "select pg_stat_statements_reset(userid, dbid, queryid) from pg_stat_statements where query like %s"
    with deployment.sql(PRODUCT) as connection:
        connection.execute(query, [f"%{word}%"])


@fault(
    name="sei-queries-index-dropped",
    breaks="the index on a tenant's events was dropped",
    fails=[LINE, RELEASE],
    message={
        LINE: r"foreign key analytics_events_organization_id_fkey of public\.analytics_events .*no index leads with it",
        RELEASE: r"index idx_analytics_events_organization_id on analytics_events does not exist",
    },
    touches=["postgres:seiketsu:table:analytics_events"],
)
def index_dropped(deployment: Deployment) -> Iterator[None]:
    name = "idx_analytics_events_organization_id"
    back = f"create index {name} on analytics_events (organization_id, created_at desc)"
    with changed(deployment, PRODUCT, [f"drop index {name}"], [back]):
        yield


@fault(
    name="sei-queries-index-invalid",
    breaks="an index is left INVALID, as by a CREATE INDEX CONCURRENTLY that failed",
    fails=[LINE, RELEASE],
    message=r"index idx_integrations_organization_id on (public\.)?integrations is INVALID",
    touches=["postgres:seiketsu:table:integrations"],
    hard=True,
)
def index_invalid(deployment: Deployment) -> Iterator[None]:
    mark = "update pg_index set indisvalid = {} where indexrelid = 'idx_integrations_organization_id'::regclass"
    with changed(deployment, PRODUCT, [mark.format("false")], [mark.format("true")]):
        yield


@fault(
    name="sei-queries-policy-past-the-index",
    breaks="row security compares the tenant as text, which the index on the tenant does not serve: only owners use it",
    fails=[LINE],
    message=r"no index serves the tenant's condition on public\.webhooks",
    touches=["postgres:seiketsu:table:webhooks"],
    hard=True,
)
def policy_past_the_index(deployment: Deployment) -> Iterator[None]:
    policy = "alter policy tenant_isolation on webhooks using ({0}) with check ({0})"
    own = "organization_id = nullif(current_setting('app.organization_id', true), '')::uuid"
    text = "organization_id::text = nullif(current_setting('app.organization_id', true), '')"
    with changed(deployment, PRODUCT, [policy.format(text)], [policy.format(own)]):
        as_application(deployment, f"select url from webhooks where is_active {SLOW}")  # noqa: S608
        yield


@fault(
    name="sei-queries-large-table-scanned",
    breaks="a hot statement of the application reads all of a large table that is not among the product's own",
    fails=[LINE],
    message=r"all \d+ rows of imports\.portal_leads are read by",
    touches=["postgres:seiketsu:schema:imports"],
    hard=True,
)
def large_table_scanned(deployment: Deployment) -> Iterator[None]:
    run(
        deployment, PRODUCT, "create schema imports",
        "create table imports.portal_leads as select n as id, 'portal' as source from generate_series(1, 20000) n",
        "analyze imports.portal_leads",
        f"grant usage on schema imports to {ROLE}", f"grant select on imports.portal_leads to {ROLE}",
    )  # fmt: skip
    try:
        as_application(deployment, f"select id::text from imports.portal_leads where source = 'none' {SLOW}")  # noqa: S608
        yield
    finally:
        run(deployment, PRODUCT, "drop schema imports cascade")
        forget(deployment, "portal_leads")


@fault(
    name="sei-queries-index-doubled",
    breaks="a second index of the same columns was built, as by a CREATE INDEX that somebody sent twice",
    fails=[LINE, RELEASE],
    message={
        LINE: r"index idx_subscriptions_organization_id_1 on public\.subscriptions has the columns of ",
        RELEASE: r"idx_subscriptions_organization_id_1",
    },
    touches=["postgres:seiketsu:table:subscriptions"],
    hard=True,
)
def index_doubled(deployment: Deployment) -> Iterator[None]:
    name = "idx_subscriptions_organization_id_1"
    made = f"create index if not exists {name} on subscriptions (organization_id)"
    with changed(deployment, PRODUCT, [made], [f"drop index if exists {name}"]):
        yield
