"""The database server: its version and class, vector search, vital signs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from fixtures.aws.rds import Database as ManagedDatabase
from fixtures.aws.rds import Instance
from fixtures.metrics.plugin import SeriesReader
from fixtures.postgres import Database
from fixtures.postgres.schema import LiveSchema
from fixtures.postgres.vitals import Vitals
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import Found, observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.verdict import NotConfigured, Unobservable
from tests.judges.vitals import (
    lag_seconds,
    percent_of,
    replication_problems,
    same_version,
    slot_problems,
    version_text,
)

FREE_STORAGE = "database_free_storage"


@verifies("AURA-1.1.2.1")
@pytest.mark.smoke
def test_primary_answers_with_a_current_version(
    line: Line, target: ProductTarget, database: Database, request: pytest.FixtureRequest
) -> None:
    number, limit = database.version_number, line.limit("major_version")
    tables = database.value(
        "select count(*) from information_schema.tables where table_schema = %s", [database.schema], name="tables"
    )
    problems = [limit.problem(number // 10000, of=database)]
    if database.in_recovery:
        problems.append(f"{database}: is a replica in recovery, want the primary. Where does the name in the DSN lead?")
    if not tables:
        problems.append(f"{database}: has no table in schema {database.schema}. Is it the product's database?")
    if target.aws and target.aws.rds:
        rds: ManagedDatabase = request.getfixturevalue("rds")
        shown = rds.writer.engine_version
        problems.append(limit.problem(_major(shown), of=f"EngineVersion of {rds.writer}"))
        problems += _is_available(rds.writer), _same_version(database, rds.writer)
    conclude(problems)


def _major(version: str) -> int:
    if not version.split(".")[0].isdigit():
        raise Unobservable(f"rds:DescribeDBInstances shows the version {version!r}")
    return int(version.split(".")[0])


def _is_available(instance: Instance) -> str | None:
    return None if instance.status == "available" else f"{instance}: status is {instance.status}, want available"


def _same_version(database: Database, instance: Instance) -> str | None:
    if same_version(database.version_number, instance.engine_version):
        return None
    there = version_text(database.version_number)
    hint = "Does the DSN lead to another server?"
    return f"{database}: runs {there}, while {instance} should run {instance.engine_version}. {hint}"


@verifies("AURA-1.1.2.2")
@pytest.mark.smoke
def test_vectors_work_for_the_application(
    line: Line, target: ProductTarget, database: Database, app_database: Database
) -> None:
    assert target.postgres
    if not target.postgres.vectors:
        raise NotConfigured(f"the target has no {line.product}.postgres.vectors", "Name the columns that are searched")
    problems: list[str | None] = []
    rows = app_database.rows("select extversion from pg_extension where extname = 'vector'", name="extension vector")
    if rows:
        problems.append(line.limit("extension_version").problem(rows[0]["extversion"], of=f"vector in {app_database}"))
    else:
        problems.append(f"{app_database}: extension vector is not installed. CREATE EXTENSION vector")
    distance = _distance(app_database)
    if isinstance(distance, str):
        problems.append(distance)
    else:
        problems.append(line.limit("cosine_distance").problem(distance, of=f"[1,0,0] <=> [0,1,0] in {app_database}"))
    tables = LiveSchema(database).read().tables
    for vector in target.postgres.vectors:
        column = tables[vector.table].columns.get(vector.column) if vector.table in tables else None
        name = f"{vector.table}.{vector.column}"
        if column is None or not column.type.startswith("vector("):
            problems.append(f"{name} is {column.type if column else 'not there'}, want vector({vector.dimensions})")
        else:
            dimensions = int(column.type.removeprefix("vector(").rstrip(")"))
            problems.append(line.limit("dimensions").problem(dimensions, of=name))
    conclude(problems)


def _distance(database: Database) -> float | str:
    """The cosine distance of two right-angled vectors as the application's role computes it, or why it can't."""
    connection = database.connect()
    try:
        row = connection.execute("select ('[1,0,0]'::vector <=> '[0,1,0]'::vector)::float8 as d").fetchone()
        return observed(database, "cosine distance", float((row or {})["d"]), source="SQL <=>")
    except (psycopg.ProgrammingError, psycopg.NotSupportedError) as error:
        reason = observed(database, "cosine distance", error.diag.message_primary, source="SQL <=>")
        hint = "Is the extension in this database, in a schema on the role's search_path, and may the role use it?"
        return f"{database}: vector search fails: {reason}. {hint}"
    finally:
        connection.close()


@verifies("SEI-1.1.1.3.1")
@pytest.mark.smoke
def test_database_is_of_the_agreed_class(
    line: Line, rds: ManagedDatabase, database: Database, app_database: Database
) -> None:
    writer = rds.writer
    problems = [
        line.limit("instance_class").problem(writer.instance_class, of=writer),
        line.limit("engine").problem(writer.engine, of=writer),
        line.limit("status").problem(writer.status, of=writer),
        line.limit("deletion_protection").problem("enabled" if writer.deletion_protection else "disabled", of=writer),
        None if writer.encrypted else f"{writer}: its storage is not encrypted",
        f"{writer}: has a public address" if writer.public else None,
        _same_version(database, writer),
    ]
    changes = ", ".join(f"{name} to {value}" for name, value in writer.pending_changes.items())
    limit = line.limit("pending_modifications")
    problems.append(limit.problem(len(writer.pending_changes), of=writer, hint=f"Waiting for maintenance: {changes}"))
    address = writer.address
    for used in (database, app_database):
        if used.address != address:
            wrong = f"{used}: leads to {used.address}, while {writer} is at {address or 'no address yet'}"
            problems.append(f"{wrong}. Which instance does the application use?")
    conclude(problems)


@verifies("AURA-13.1.5")
@pytest.mark.smoke
def test_vital_signs_are_good(
    line: Line, database: Database, replicas: Found[Database], rds: ManagedDatabase, metrics: SeriesReader
) -> None:
    vitals, problems = Vitals(database), list[str | None]()
    if vitals.in_recovery:
        problems.append(f"{database}: is a replica in recovery, so nothing can be written")
    problems += replication_problems(vitals.replication, len(replicas))
    problems += [line.limit("lag").problem(lag_seconds(r), of=f"replica {r['name']}") for r in vitals.replication]
    problems += [f"{r}: is not in recovery: it replicates from nobody" for r in replicas if not r.in_recovery]
    problems += [
        line.limit("connections").problem(vitals.connections, of=database),
        line.limit("transaction_age").problem(vitals.transaction_age, of=database, hint="Vacuum the oldest tables"),
        line.limit("lock_wait").problem(vitals.lock_wait, of=database, hint="See pg_blocking_pids()"),
        line.limit("cache_hit").problem(vitals.cache_hit, of=database, hint="Is memory too small for the tables?"),
        None if vitals.autovacuum else f"{database}: autovacuum is off",
        *(f"autovacuum is switched off for table {name}" for name in vitals.without_autovacuum),
        *(line.limit("dead_tuples").problem(p, of=f"table {name}") for name, p in vitals.dead.items()),
        *(
            line.limit("checksum_failures").problem(n, of=f"pages of {name}", hint="Restore it from a backup; see logs")
            for name, n in vitals.checksum_failures.items()
        ),
    ]
    slots = slot_problems(vitals.slots)
    problems += [line.limit("idle_slots").problem(len(slots), of=database), *slots]
    problems += [_free_storage(line, "free_storage", rds.writer, metrics), _restorable(line, rds.writer)]
    conclude(problems)


def _free_storage(line: Line, limit: str, writer: Instance, metrics: SeriesReader) -> str | None:
    free = metrics.series(FREE_STORAGE, timedelta(minutes=30), "Minimum").newest.value
    if not writer.storage:
        raise Unobservable(f"{writer}: its allocated storage is not told")
    return line.limit(limit).problem(percent_of(free, writer.storage), of=writer, hint="Give it more storage")


def _restorable(line: Line, writer: Instance) -> str | None:
    if writer.latest_restorable is None:
        return f"{writer}: can't be restored to a moment. Are automated backups on?"
    hours = (datetime.now(UTC) - writer.latest_restorable).total_seconds() / 3600
    return line.limit("restorable_age").problem(hours, of=writer)
