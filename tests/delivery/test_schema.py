"""The released schema is what the database has: tables, columns, rules, indexes."""

from __future__ import annotations

import pytest

from fixtures.postgres import Database
from fixtures.postgres.plans import indexes_of_plan
from fixtures.postgres.schema import LiveSchema
from fixtures.source import Migrations
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.verdict import NotConfigured
from tests.judges.schema import index_problems, table_differences, unresolved, vector_index_problem


@verifies("AURA-5.1.3.3")
@pytest.mark.smoke
def test_tables_are_what_the_migrations_make(
    line: Line, target: ProductTarget, database: Database, app_database: Database, migrations: Migrations
) -> None:
    assert target.postgres
    expected, live = migrations.schema, LiveSchema(database)
    there = live.read()
    found = table_differences(expected, there, live.elsewhere, target.postgres.owner_role)
    present = [name for name in expected.tables if name in there.tables]
    found += unresolved(_as_the_application_finds(app_database, present), database.schema)
    observed(live, "differences", found[:30], source="migrations and SQL")
    problems = [line.limit("tables").problem(len(expected.tables), of=migrations, hint="Are all files listed?")]
    conclude([*problems, line.limit("differences").problem(len(found), of=live), *found])


def _as_the_application_finds(database: Database, names: list[str]) -> dict[str, str | None]:
    """Table to the schema in which its bare name is found by the application's role."""
    sql = """
    select wanted as name, (select n.nspname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
                            where c.oid = to_regclass(quote_ident(wanted))) as schema
    from unnest(%s::text[]) as wanted
    """
    return {r["name"]: r["schema"] for r in database.rows(sql, [names], name="where tables are found")}


@verifies("AURA-5.1.3.4")
@pytest.mark.smoke
def test_indexes_exist_and_serve_the_main_queries(
    line: Line, target: ProductTarget, database: Database, migrations: Migrations
) -> None:
    assert target.postgres
    if not target.postgres.statements:
        raise NotConfigured(
            f"the target has no {line.product}.postgres.statements", "Name the main queries and the index of each"
        )
    live = LiveSchema(database).read()
    found = index_problems(migrations.schema, live)
    vectors = [vector_index_problem(live, v.table, v.column, v.operator_class) for v in target.postgres.vectors]
    wrong_vectors = [v for v in vectors if v]
    unserved = _unserved(database, target)
    problems: list[str | None] = []
    counts = {
        "missing": found.missing + wrong_vectors,
        "invalid": found.invalid,
        "queries_without_index": unserved,
    }
    for name, sentences in counts.items():
        problem = line.limit(name).problem(len(sentences), of=database)
        problems += [problem, *sentences] if problem else []
    conclude(problems)


def _unserved(database: Database, target: ProductTarget) -> list[str]:
    """Sentences on the main queries whose plan leaves out their index, sequential scans and sorts set aside."""
    assert target.postgres
    found = []
    for word, statement in target.postgres.statements.items():
        used = observed(
            f"query {word}", "indexes of its plan", indexes_of_plan(database, statement.sql), source="EXPLAIN"
        )
        wanted = statement.index
        if (wanted and wanted not in used) or not used:
            shown = ", ".join(used) or "no index"
            found.append(f"query {word} is planned with {shown}, want {wanted or 'one'}")
    return found
