"""Migrations that are recorded and half applied, applied and not recorded, or ran twice; users that tests left."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from psycopg import sql

from reference.faults import fault
from reference.faults.schema import INDEXES, PRODUCT, TABLES, changed

if TYPE_CHECKING:
    from reference.deployment import Deployment

SCHEMA, SEED = "AURA-5.1.3.1", "AURA-5.1.3.2"
LEDGER = f"postgres:{PRODUCT}:table:schema_migrations"
EFFECTS = f"postgres:{PRODUCT}:table:effect_library"
PHRASES = f"postgres:{PRODUCT}:table:translation_cache"


def _record(deployment: Deployment, version: str) -> tuple[str, str]:
    """Statements that take a version's record away, and that put it back."""
    with deployment.sql(PRODUCT) as connection:
        row = connection.execute("select * from schema_migrations where version = %s", [version]).fetchone()
    assert row
    values = sql.SQL(", ").join(map(sql.Literal, row)).as_string()
    return (
        f"delete from schema_migrations where version = '{version}'",  # noqa: S608
        f"insert into schema_migrations values ({values})",  # noqa: S608
    )


@fault(
    name="aura-migration-unrecorded",
    breaks="the first migration has no record, and one of its tables is not there",
    fails=[SCHEMA, TABLES],
    message={
        SCHEMA: r"records of migration 001 in ledger schema_migrations: ledger entries is 0"
        r"(.|\n)*relation public\.embedding_cache does not exist",
        TABLES: r"table embedding_cache does not exist",
    },
    touches=[f"{LEDGER}:001", f"postgres:{PRODUCT}:table:embedding_cache"],
)
def unrecorded(deployment: Deployment) -> Iterator[None]:
    away, back = _record(deployment, "001")
    table = "alter table {} rename to {}"
    there = [away, table.format("embedding_cache", "embedding_kept")]
    with changed(deployment, PRODUCT, there, [table.format("embedding_kept", "embedding_cache"), back]):
        yield


@fault(
    name="aura-migration-check-skipped",
    breaks="the first migration is recorded, and one CHECK of it was skipped by hand",
    fails=[SCHEMA, TABLES],
    message={
        SCHEMA: r"constraint public\.asset_vault\.asset_vault_size_bytes_check does not exist",
        TABLES: r"asset_vault: check asset_vault_size_bytes_check .*does not exist",
    },
    touches=[f"postgres:{PRODUCT}:table:asset_vault"],
    hard=True,
)
def check_skipped(deployment: Deployment) -> Iterator[None]:
    table, rule = "alter table asset_vault", "asset_vault_size_bytes_check"
    back = [f"{table} add constraint {rule} check (size_bytes >= 0)"]
    with changed(deployment, PRODUCT, [f"{table} drop constraint {rule}"], back):
        yield


@fault(
    name="aura-migration-view-changed-by-hand",
    breaks="all is recorded and every table is right; a view no longer leaves out what was deleted",
    fails=[SCHEMA],
    message=r"definition of view public\.activity is .*the migrations make",
    touches=[f"postgres:{PRODUCT}:view:activity"],
    hard=True,
)
def view_changed(deployment: Deployment) -> Iterator[None]:
    with deployment.sql(PRODUCT) as connection:
        row = connection.execute("select pg_get_viewdef('activity'::regclass)").fetchone()
    assert row
    view = "create or replace view activity with (security_invoker = true) as "
    there = view + row[0].replace("(projects.deleted_at IS NULL)", "true").replace(
        "projects.deleted_at IS NULL", "true"
    )
    if there == view + row[0]:
        raise RuntimeError("the view does not speak of deleted projects")
    with changed(deployment, PRODUCT, [there], [view + row[0]]):
        yield


@fault(
    name="aura-migration-edited-after",
    breaks="the first migration was applied from a file that was edited since",
    fails=[SCHEMA],
    message=r"migration 001 was applied from another file",
    touches=[f"{LEDGER}:001"],
    hard=True,
)
def edited_after(deployment: Deployment) -> Iterator[None]:
    away, back = _record(deployment, "001")
    there = ["update schema_migrations set sha256 = md5('a') || md5('b') where version = '001'"]
    with changed(deployment, PRODUCT, there, [away, back]):
        yield


@fault(
    name="aura-seed-phrases-removed",
    breaks="the seeded translations are deleted",
    fails=[SEED],
    message=r"translation_cache: row (Hola|Bonjour|Hallo) of the seed file is missing",
    touches=[f"{PHRASES}:seeds"],
)
def phrases_removed(deployment: Deployment) -> Iterator[None]:
    where = "id in (select md5('aurastudio/translation/' || target_language || '/' || source_text)::uuid)"
    with deployment.sql(PRODUCT) as connection:
        rows = connection.execute(f"select * from translation_cache where {where}").fetchall()  # noqa: S608
    values = sql.SQL(", ").join(sql.SQL("({})").format(sql.SQL(", ").join(map(sql.Literal, row))) for row in rows)
    back = [f"insert into translation_cache values {values.as_string()}"]  # noqa: S608
    with changed(deployment, PRODUCT, [f"delete from translation_cache where {where}"], back):  # noqa: S608
        yield


@fault(
    name="aura-seed-ran-twice",
    breaks="the seeds ran twice before the rule that would have refused it was there, so presets are there double",
    fails=[SEED, SCHEMA, INDEXES, "AURA-6.2.1.2"],
    message={
        SCHEMA: r"index public\.uq_effect_library_preset_name does not exist",
        SEED: r"effect_library: row Deep Bass is there 2 times, the seed file makes 1",
        INDEXES: r"index uq_effect_library_preset_name on effect_library does not exist",
        "AURA-6.2.1.2": r"Deep Bass",
    },
    touches=[EFFECTS],
    hard=True,
)
def ran_twice(deployment: Deployment) -> Iterator[None]:
    index = "uq_effect_library_preset_name"
    columns = "name, type, pitch_multiplier, formant_shift, tempo_rate"
    there = [
        f"drop index {index}",
        f"insert into effect_library ({columns}) select {columns} from effect_library where user_id is null",  # noqa: S608
    ]
    # The first ones have ids that their names make; those of the second run are random.
    own = "md5('aurastudio/effect/' || lower(name))::uuid"
    back = [
        f"delete from effect_library where user_id is null and id <> {own}",  # noqa: S608
        f"create unique index {index} on effect_library (name) where user_id is null and deleted_at is null",
    ]
    with changed(deployment, PRODUCT, there, back):
        yield


@fault(
    name="aura-seed-sample-user",
    breaks="a sample user that the tests made is among the customers",
    fails=[SEED],
    message=r"test users is 1, want == 0 .*sample\.user@example\.com",
    touches=[f"postgres:{PRODUCT}:table:user_profiles"],
    hard=True,
)
def sample_user(deployment: Deployment) -> Iterator[None]:
    email = "sample.user@example.com"
    there = [f"insert into user_profiles (email, name, password_hash) values ('{email}', 'Sample', 'none')"]  # noqa: S608
    with changed(deployment, PRODUCT, there, [f"delete from user_profiles where email = '{email}'"]):  # noqa: S608
        yield
