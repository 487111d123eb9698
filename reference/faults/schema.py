"""A schema that is not what the migrations made: tables, rules and indexes that went missing or only look right."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT = "aurastudio"
FEEDBACK = "postgres:aurastudio:table:feedback"
MEMORY = "postgres:aurastudio:table:user_memory"
INDEXES = "AURA-5.1.3.4"
TABLES = "AURA-5.1.3.3"
ENDPOINTS = "AURA-5.2.3.1"
EXPORT = r"account_export"
"""A user's export reads every table."""
FEEDBACK_INDEX = r"index idx_feedback_user_id on (feedback|feedback_kept) (does not exist|is there but)"


def run(deployment: Deployment, database: str, *statements: str) -> None:
    """Run statements as superuser, giving way rather than waiting long for a lock."""
    with deployment.sql(database) as connection:
        connection.execute("set lock_timeout = '3s'")
        for statement in statements:
            connection.execute(statement)


@contextmanager
def changed(deployment: Deployment, database: str, there: list[str], back: list[str]) -> Iterator[None]:
    """Inside the block the statements `there` have run; after it `back` have too. One that fails undoes the rest."""
    run(deployment, database, "begin", *there, "commit")
    try:
        yield
    finally:
        run(deployment, database, "begin", *back, "commit")


@fault(
    name="aura-schema-table-gone",
    breaks="the table of feedback is not there any more",
    fails=[TABLES, INDEXES, ENDPOINTS],
    message={TABLES: r"table feedback does not exist(\n|$)", INDEXES: FEEDBACK_INDEX, ENDPOINTS: EXPORT},
    touches=[FEEDBACK],
)
def table_gone(deployment: Deployment) -> Iterator[None]:
    there, back = ["alter table feedback rename to feedback_kept"], ["alter table feedback_kept rename to feedback"]
    with changed(deployment, PRODUCT, there, back):
        yield


@fault(
    name="aura-schema-table-is-a-view",
    breaks="a view over another table stands where the table of feedback should be",
    fails=[TABLES, INDEXES],
    message={TABLES: r"table feedback is a view", INDEXES: FEEDBACK_INDEX},
    touches=[FEEDBACK],
    hard=True,
)
def table_is_a_view(deployment: Deployment) -> Iterator[None]:
    there = [
        "alter table feedback rename to feedback_kept",
        "create view feedback with (security_invoker = true) as select * from feedback_kept",
        "alter view feedback owner to aurastudio_owner",
        "grant select, insert, update, delete on feedback to aurastudio_app",
    ]
    back = ["drop view feedback", "alter table feedback_kept rename to feedback"]
    with changed(deployment, PRODUCT, there, back):
        yield


@fault(
    name="aura-schema-table-in-another-schema",
    breaks="the table of feedback was moved to a schema that nobody looks into",
    fails=[TABLES, INDEXES, ENDPOINTS],
    message={
        TABLES: r"table feedback does not exist, but schema archive has one",
        INDEXES: FEEDBACK_INDEX,
        ENDPOINTS: EXPORT,
    },
    touches=[FEEDBACK],
    hard=True,
)
def table_in_another_schema(deployment: Deployment) -> Iterator[None]:
    owner = deployment.settings.products[PRODUCT].database.owner_role  # whoever deletes a user follows the key as it
    there = [f"create schema archive authorization {owner}", "alter table feedback set schema archive"]
    back = ["alter table archive.feedback set schema public", "drop schema archive"]
    with changed(deployment, PRODUCT, there, back):
        yield


@fault(
    name="aura-schema-key-not-valid",
    breaks="feedback's foreign key was added without looking at the rows that were there",
    fails=[TABLES],
    message=r"foreign key feedback_user_id_fkey on user_id to user_profiles is NOT VALID",
    touches=[FEEDBACK],
    hard=True,
)
def key_not_valid(deployment: Deployment) -> Iterator[None]:
    drop = "alter table feedback drop constraint feedback_user_id_fkey"
    add = (
        "alter table feedback add constraint feedback_user_id_fkey foreign key (user_id)"
        " references user_profiles (id) on delete cascade"
    )
    with changed(deployment, PRODUCT, [drop, f"{add} not valid"], [drop, add]):
        yield


@fault(
    name="aura-schema-index-dropped",
    breaks="the index on the memories' owner was dropped",
    fails=[INDEXES],
    message=r"index idx_user_memory_user_id on user_memory does not exist",
    touches=[MEMORY],
)
def index_dropped(deployment: Deployment) -> Iterator[None]:
    back = ["create index idx_user_memory_user_id on user_memory (user_id)"]
    with changed(deployment, PRODUCT, ["drop index idx_user_memory_user_id"], back):
        yield


@fault(
    name="aura-schema-index-invalid",
    breaks="an index is left INVALID, as by a CREATE INDEX CONCURRENTLY that failed",
    fails=[INDEXES],
    message=r"index idx_user_memory_emotion on user_memory is INVALID",
    touches=[MEMORY],
    hard=True,
)
def index_invalid(deployment: Deployment) -> Iterator[None]:
    mark = "update pg_index set indisvalid = {} where indexrelid = 'idx_user_memory_emotion'::regclass"
    with changed(deployment, PRODUCT, [mark.format("false")], [mark.format("true")]):
        yield


@fault(
    name="aura-schema-vector-index-of-another-distance",
    breaks="the vector index is for Euclidean distance while the product searches by cosine",
    fails=[INDEXES],
    message=r"user_memory\.memory_vector is searched by vector_cosine_ops, but its index is for something else",
    touches=[MEMORY],
    hard=True,
)
def vector_index_of_another_distance(deployment: Deployment) -> Iterator[None]:
    drop = "drop index idx_user_memory_vector"
    make = "create index idx_user_memory_vector on user_memory using hnsw (memory_vector {})"
    there, back = [drop, make.format("vector_l2_ops")], [drop, make.format("vector_cosine_ops")]
    with changed(deployment, PRODUCT, there, back):
        yield
