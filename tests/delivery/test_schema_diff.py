"""The live schema against the one that the released files make of an empty database, definition by definition."""

from __future__ import annotations

from fixtures.postgres import Database
from fixtures.postgres.dump import Dump, dump
from fixtures.postgres.ledger import Ledger
from fixtures.postgres.scratch import Scratch
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from golive.verdict import Unobservable
from tests.judges.dumps import differences
from tests.judges.ledger import record_problems

MOST = 40
"""Differences that a message shows."""


@verifies("AURA-5.1.3.1")
def test_initial_migration_is_applied_completely_and_recorded(
    line: Line, target: ProductTarget, database: Database, ledger: Ledger, scratch: Scratch
) -> None:
    settings = configured(target.postgres, f"{line.product}.postgres")
    version = ledger.settings.initial
    entries = ledger.entries(version)
    roles = (settings.app_role, settings.owner_role)
    expected = dump(scratch.connection, roles)
    live = _live(database, roles)
    schemas = {name for kind, name in expected if kind == "schema"}
    if settings.database_schema not in schemas or not any(kind == "column" for kind, _ in expected):
        raise Unobservable(f"{scratch} holds no table in schema {settings.database_schema}", "Are all files listed?")
    found = observed(database, "differences", differences(expected, live, schemas), source="SQL catalogue")
    conclude(
        [
            line.limit("ledger_entries").problem(len(entries), of=f"records of migration {version} in {ledger}"),
            *record_problems(version, entries, ledger.digest(version)),
            line.limit("schema_differences").problem(len(found), of=database, hint="What was done by hand?"),
            *found[:MOST],
        ]
    )


def _live(database: Database, roles: tuple[str, ...]) -> Dump:
    with database.connect() as connection:
        found = dump(connection, roles)
    observed(database, "definitions", len(found), source="SQL catalogue", unit="count")
    return found
