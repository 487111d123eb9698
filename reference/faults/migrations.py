"""A database that is not at the release's migration: behind it, stamped, or with rows that don't belong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from psycopg import sql

from reference.app.passwords import hash_password
from reference.faults import fault
from reference.faults.schema import changed
from reference.schema.canaries import PLATFORM

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT = "seiketsu"
LINE = "SEI-2.1.1.2.2"
SEEDED = "voice_agent_personalities"
VERSION = "postgres:seiketsu:table:alembic_version"
PERSONALITIES = f"postgres:seiketsu:table:{SEEDED}"


@fault(
    name="sei-migrations-one-behind",
    breaks="the last migration, the one that seeds, was not run",
    fails=[LINE],
    message=r"alembic_version holds 006_grants, the release has 007_seed(.|\n)*row \w+ is missing",
    touches=[VERSION, PERSONALITIES],
)
def one_behind(deployment: Deployment) -> Iterator[None]:
    with deployment.sql(PRODUCT) as connection:
        kept = connection.execute(f"select * from {SEEDED}").fetchall()  # noqa: S608
    rows = sql.SQL(", ").join(sql.SQL("({})").format(sql.SQL(", ").join(map(sql.Literal, row))) for row in kept)
    there = [f"delete from {SEEDED}", "update alembic_version set version_num = '006_grants'"]  # noqa: S608
    back = [
        sql.SQL("insert into {} values {}").format(sql.Identifier(SEEDED), rows).as_string(),
        "update alembic_version set version_num = '007_seed'",
    ]
    with changed(deployment, PRODUCT, there, back):
        yield


@fault(
    name="sei-migrations-stamped-without-column",
    breaks="the database is stamped as up to date while a column of the third migration is missing",
    fails=[LINE],
    message=r"column voice_agent_learning_data\.score does not exist",
    touches=["postgres:seiketsu:table:voice_agent_learning_data"],
    hard=True,
)
def stamped_without_column(deployment: Deployment) -> Iterator[None]:
    table = "alter table voice_agent_learning_data"
    there, back = [f"{table} rename score to score_kept"], [f"{table} rename score_kept to score"]
    with changed(deployment, PRODUCT, there, back):
        yield


@fault(
    name="sei-migrations-stamped-without-policy",
    breaks="the database is stamped as up to date while a table's row security was never made",
    fails=[LINE, "SEI-3.1.2.1.3"],
    message={
        LINE: r"row level security of table third_party_webhooks is not enabled\n"
        r"table third_party_webhooks has no policy",
        "SEI-3.1.2.1.3": r"table third_party_webhooks has no row security",
    },
    touches=["postgres:seiketsu:table:third_party_webhooks"],
    hard=True,
)
def stamped_without_policy(deployment: Deployment) -> Iterator[None]:
    table = "alter table third_party_webhooks"
    own = "client_id = nullif(current_setting('app.organization_id', true), '')::uuid"
    there = ["drop policy tenant_isolation on third_party_webhooks", f"{table} no force row level security"]
    back = [
        f"create policy tenant_isolation on third_party_webhooks using ({own}) with check ({own})",
        f"{table} enable row level security",
        f"{table} force row level security",
    ]
    with changed(deployment, PRODUCT, [*there, f"{table} disable row level security"], back):
        yield


@fault(
    name="sei-migrations-seeded-twice",
    breaks="the seeds ran twice, before the rule that would have refused it",
    fails=[LINE],
    message=rf"{SEEDED}: row friendly_neighbor is there 2 times",
    touches=[PERSONALITIES],
    hard=True,
)
def seeded_twice(deployment: Deployment) -> Iterator[None]:
    rule = f"{SEEDED}_name_key"
    there = [
        f"alter table {SEEDED} drop constraint {rule}",
        "insert into voice_agent_personalities (name, style, stability, similarity)"
        " select name, style, stability, similarity from voice_agent_personalities",
    ]
    # The first ones have ids that their names make; those of the second run are random.
    back = [
        f"delete from {SEEDED} where id <> md5('seiketsu/personality/' || name)::uuid",  # noqa: S608
        f"alter table {SEEDED} add constraint {rule} unique (name)",
    ]
    with changed(deployment, PRODUCT, there, back):
        yield


@fault(
    name="sei-migrations-demo-account",
    breaks="the installation's own administrator is still there, with its name as password",
    fails=[LINE],
    message=r"the demo account admin@seiketsu\.example signs in with a well-known password",
    touches=["postgres:seiketsu:table:users"],
    hard=True,
)
def demo_account(deployment: Deployment) -> Iterator[None]:
    email = "admin@seiketsu.example"
    values = [PLATFORM.id, email, "admin", "Administrator", hash_password("admin"), "viewer"]
    columns = "organization_id, email, username, full_name, password_hash, role"
    listed = sql.SQL(", ").join(map(sql.Literal, values)).as_string()
    there = [f"insert into users ({columns}) values ({listed})"]  # noqa: S608
    with changed(deployment, PRODUCT, there, [f"delete from users where email = '{email}'"]):  # noqa: S608
        yield
