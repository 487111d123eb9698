"""Rollbacks after which tenants' data is not what it was, though much of it looks so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from psycopg.types.json import Jsonb

from reference.faults import fault
from reference.faults.rollback_data import script
from reference.schema.canaries import ORGANIZATIONS, stable_id

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, LINE = "seiketsu", "SEI-4.2.1.2.2"
TABLE = f"postgres:{PRODUCT}:table"
TOUCHES = [f"fleet:{PRODUCT}", f"aws:{PRODUCT}:ecs:service:api", f"{TABLE}:leads"]
AHEAD = "008_recording_consent"
AGAIN = stable_id("fault", "booked-again")


@fault(
    name="sei-rollback-loses-ten-writes",
    breaks="the rollback deletes ten leads that were written between the deployment and it",
    fails=[LINE],
    message=r"acknowledged and gone: lead golive-\S+ of CANARY-\w+, written before",
    touches=TOUCHES,
)
def loses_ten_writes(deployment: Deployment) -> Iterator[None]:
    first = "select id from leads where last_name like 'golive-%' order by created_at limit 10"
    with script(deployment, PRODUCT, f"delete from leads where id in ({first})"):  # noqa: S608
        yield


@fault(
    name="sei-rollback-drops-a-filled-column",
    breaks="the rollback's migration drops a column that users have filled; every row is there",
    fails=[LINE],
    message=r"column integrations\.settings is gone, which held something in \d+ rows",
    touches=[*TOUCHES, f"{TABLE}:integrations"],
    hard=True,
)
def drops_a_filled_column(deployment: Deployment) -> Iterator[None]:
    with deployment.sql(PRODUCT) as connection:
        held = connection.execute("select settings, id from integrations").fetchall()
    try:
        with script(deployment, PRODUCT, "alter table integrations drop column if exists settings"):
            yield
    finally:
        with deployment.sql(PRODUCT) as connection, connection.transaction():
            column = "settings jsonb not null default '{}'"
            connection.execute(f"alter table integrations add column if not exists {column}")
            for settings, row in held:
                connection.execute("update integrations set settings = %s where id = %s", [Jsonb(settings), row])


@fault(
    name="sei-rollback-moves-a-row",
    breaks="after the rollback one tenant's subscription is another tenant's; the numbers of rows are the same",
    fails=[LINE],
    message=r"table subscriptions: 1 of \d+ rows from before the rollback are another tenant's",
    touches=[*TOUCHES, f"{TABLE}:subscriptions"],
    hard=True,
)
def moves_a_row(deployment: Deployment) -> Iterator[None]:
    robbed, given = ORGANIZATIONS[0], ORGANIZATIONS[1]
    row = robbed.row_id("subscriptions", 1)
    move = "update subscriptions set organization_id = '{}' where id = '{}'"
    try:
        with script(deployment, PRODUCT, move.format(given.id, row)):
            yield
    finally:
        with deployment.sql(PRODUCT) as connection:
            connection.execute(move.format(robbed.id, row))


@fault(
    name="sei-rollback-books-twice",
    breaks="the restored release books an invoice again that was booked before",
    fails=[LINE],
    message=r"client_billing_records\.amount_usd of tenant \S+: booked \d+\.\d\d before the rollback, \d+\.\d\d after",
    touches=[*TOUCHES, f"{TABLE}:client_billing_records"],
    hard=True,
)
def books_twice(deployment: Deployment) -> Iterator[None]:
    columns = "client_id, amount_usd, status, period_start, period_end"
    booked = ORGANIZATIONS[0].row_id("client_billing_records", 1)
    again = (
        f"insert into client_billing_records (id, {columns}) select '{AGAIN}', {columns} from client_billing_records"  # noqa: S608
        f" where id = '{booked}' on conflict (id) do nothing"
    )
    try:
        with script(deployment, PRODUCT, again):
            yield
    finally:
        with deployment.sql(PRODUCT) as connection:
            connection.execute(f"delete from client_billing_records where id = '{AGAIN}'")  # noqa: S608


@fault(
    name="sei-rollback-leaves-the-schema-ahead",
    breaks="the application went back, the schema stayed at a revision that the restored release does not know",
    fails=[LINE],
    message=rf"unsupported revisions is 1, want == 0.*{AHEAD}",
    touches=[*TOUCHES, f"{TABLE}:alembic_version"],
    hard=True,
)
def leaves_the_schema_ahead(deployment: Deployment) -> Iterator[None]:
    with deployment.sql(PRODUCT) as connection:
        row = connection.execute("select version_num from alembic_version").fetchone()
    assert row
    move = "update alembic_version set version_num = '{}'"
    try:
        with script(deployment, PRODUCT, move.format(AHEAD)):
            yield
    finally:
        with deployment.sql(PRODUCT) as connection:
            connection.execute(move.format(row[0]))
