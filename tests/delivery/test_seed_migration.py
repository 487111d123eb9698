"""The rows that every deployment holds: there once each, by a file that adds nothing when it runs again."""

from __future__ import annotations

from psycopg import sql

from fixtures.postgres import Database
from fixtures.postgres.ledger import Ledger
from fixtures.postgres.scratch import Scratch, tables_filled_by
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from golive.target.stores import SeedRows
from golive.verdict import NotConfigured, Unobservable
from tests.judges.ledger import record_problems
from tests.judges.seeds import count_differences, sample_users

Counts = dict[str, dict[str, int]]
"""Table to natural key to how many rows have it."""


@verifies("AURA-5.1.3.2")
def test_seed_migration_is_applied_once(
    line: Line, target: ProductTarget, all_rows: Database, ledger: Ledger, scratch: Scratch
) -> None:
    settings = configured(target.postgres, f"{line.product}.postgres")
    version = ledger.settings.seed
    path, entries = ledger.file(version), ledger.entries(version)
    manifests = _manifests(settings.seeds, tables_filled_by(scratch.migrations, path), path, line)
    expected = {m.table: _counted(scratch.rows(_query(m, all_rows.schema))) for m in manifests}
    if empty := [table for table, counts in expected.items() if not counts]:
        raise Unobservable(f"{path} puts no row into {', '.join(empty)} that the target's `where` selects")
    again, refused = scratch.applied_again(
        path, lambda: {m.table: _counted(scratch.rows(_query(m, all_rows.schema))) for m in manifests}
    )
    live = {m.table: _counted(all_rows.rows(_query(m, all_rows.schema), fresh=True)) for m in manifests}
    observed(all_rows, "seed rows", {table: sum(counts.values()) for table, counts in live.items()}, source="SQL")
    missing, more = list[str](), list[str]()
    for table, counts in expected.items():
        lacking, doubled = count_differences(table, counts, live[table])
        missing, more = missing + lacking, more + doubled
    adds = [] if refused else _growth(expected, again)
    users = sample_users(_logins(all_rows, settings.login_column, line), settings.demo_logins, _identities(target))
    conclude(
        [
            None if entries else f"{ledger} has no record of migration {version}, the seeds",
            f"{ledger} has {len(entries)} records of migration {version}" if len(entries) > 1 else None,
            *record_problems(version, entries, ledger.digest(version)),
            line.limit("missing").problem(len(missing), of=all_rows, hint="Run the seed file"),
            *missing,
            line.limit("duplicates").problem(len(more), of=all_rows, hint="Did the seeds run twice?"),
            *more,
            line.limit("duplicates").problem(len(adds), of=f"{path}, run again on an empty database with it applied"),
            *adds,
            line.limit("test_users").problem(len(users), of=all_rows, hint=f"Delete {', '.join(users[:5])}"),
        ]
    )


def _manifests(seeds: dict[str, SeedRows], tables: list[str], path: str, line: Line) -> list[SeedRows]:
    """What the target says of each table that the file fills."""
    if not tables:
        raise Unobservable(f"{path} inserts into no table", "Is it the file that brings the seeds?")
    found = [s for s in seeds.values() if s.table in tables]
    if lacking := [t for t in tables if t not in {s.table for s in found}]:
        raise NotConfigured(
            f"the target does not describe what {path} puts into {', '.join(lacking)}",
            f"Add [{line.product}.postgres.seeds.WORD] with table, where and name, the natural key",
        )
    return found


def _query(seeds: SeedRows, schema: str) -> str:
    query = sql.SQL("select {}::text as key, count(*)::int as n from {} where {} group by 1 order by 1").format(
        sql.Identifier(seeds.name),
        sql.Identifier(schema, seeds.table),
        sql.SQL(seeds.where),  # type: ignore[arg-type]  # the target's own condition
    )
    return query.as_string()


def _counted(rows: list[dict[str, object]]) -> dict[str, int]:
    return {str(r["key"]): int(str(r["n"])) for r in rows}


def _growth(once: Counts, twice: Counts) -> list[str]:
    return [
        f"{table}: row {key} is there {count} times after a second run"
        for table, counts in twice.items()
        for key, count in counts.items()
        if count != once[table].get(key, 0)
    ]


def _logins(database: Database, column: str | None, line: Line) -> list[str]:
    if not column or column.count(".") != 1:
        raise NotConfigured(
            f"the target has no {line.product}.postgres.login_column", "Name it as TABLE.COLUMN, to find test users"
        )
    table, name = column.split(".")
    query = sql.SQL("select {}::text as login from {}").format(
        sql.Identifier(name), sql.Identifier(database.schema, table)
    )
    rows = database.rows(query.as_string(), fresh=True)
    observed(database, "logins", len(rows), source=f"SELECT {table}", unit="count")
    if not rows:
        raise Unobservable(f"{database}: {table} holds no user at all", "Does all_rows_dsn see every row?")
    return [str(r["login"]) for r in rows]


def _identities(target: ProductTarget) -> list[str]:
    return [who.email for who in target.api.identities.values()] if target.api else []
