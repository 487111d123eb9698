"""A release's backup is there, whole, and restores to the same data."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from psycopg import sql

from fixtures.aws.account import Account
from fixtures.aws.keys import Key
from fixtures.aws.rds import Database, Snapshot
from fixtures.aws.restores import Restores
from fixtures.postgres import Database as Postgres
from fixtures.postgres.archiving import Archiving
from fixtures.redis import Topology
from fixtures.redis.snapshot import RestoreFacts as RedisFacts
from fixtures.redis.snapshot import SnapshotRestore
from golive.catalogue import Line
from golive.drill import Drills
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from golive.verdict import NotConfigured, Unobservable
from tests.judges.backup_calendar import lead_minutes
from tests.judges.restore import all_differences, no_copy, wrong_markers

HOURS = 4 * 3600


@verifies("SEI-1.1.1.3.4")
@pytest.mark.writes(or_record=True)
@pytest.mark.timeout(HOURS)
def test_newest_backup_restores_within_the_objectives(line: Line, rds: Database, restores: Restores) -> None:
    snapshots = rds.writer.automated_snapshots.or_none()
    assert snapshots, f"{rds.writer}: has no finished automated snapshot"
    newest = snapshots[0]
    assert newest.created is not None
    age = (datetime.now(UTC) - newest.created) / timedelta(hours=1)
    problems = [
        line.limit("backup_age").problem(age, of=rds.writer, hint=f"The newest is {newest}"),
        Key(rds.account, newest.key, newest.region).problem(newest),
    ]
    conclude(problems)
    drill = restores.to_a_moment()
    facts = drill.facts
    conclude(no_copy(facts))
    assert facts.lag_minutes is not None
    assert facts.minutes is not None
    different = wrong_markers(facts) + all_differences(facts)
    conclude(
        [
            line.limit("recovery_point").problem(facts.lag_minutes, of=facts.source, hint=f"Seen in {drill}"),
            line.limit("recovery_time").problem(facts.minutes, of=facts.source, hint=f"Seen in {drill}"),
            *different,
            line.limit("differences").problem(len(different), of=f"copy of {facts.source}", hint=f"Seen in {drill}"),
        ]
    )


@verifies("SEI-2.1.1.2.4")
@pytest.mark.writes(or_record=True)
@pytest.mark.timeout(HOURS)
def test_backup_of_this_deployment_is_there_and_restorable(
    line: Line, rds: Database, restores: Restores, database: Postgres, target: ProductTarget,
    redis_topology: Topology, aws: Account, drills: Drills,
) -> None:  # fmt: skip
    writer, now = rds.writer, datetime.now(UTC)
    conclude([line.limit("retention").problem(writer.backup_retention, of=writer, hint="0 turns backups off")])
    finished = [s for s in writer.snapshots.or_none() if s.created]
    assert finished, f"{writer}: has no finished snapshot"
    conclude(
        [*_of_this_deployment(line, finished[0], _migrated(line, database, target), now), *_elsewhere(line, rds, now)]
    )
    archive = Archiving(database)
    failed_before = archive.state()["failed"]
    conclude(archive.problems())
    drill = restores.to_a_moment()
    facts = drill.facts
    failed = archive.state()["failed"] - failed_before
    conclude(
        [
            *no_copy(facts),
            line.limit("archive_failures").problem(
                failed, of=archive, hint="While the check ran; see the server's log"
            ),
            line.limit("wal_gap").problem(archive.left_out(), of=archive, hint="Segments that came not to the archive"),
        ]
    )
    conclude([*wrong_markers(facts), *all_differences(facts)])
    cache = drills.performed_or_recorded("redis-restore", RedisFacts, SnapshotRestore(redis_topology, aws).perform)
    conclude(_cache_problems(cache.facts))


def _cache_problems(facts: RedisFacts) -> list[str | None]:
    """The newest snapshot of the cache loads, and holds what the cache holds."""
    snapshot = f"cache snapshot {facts.snapshot} ({facts.size_bytes} bytes)"
    return [
        f"{snapshot} can't be loaded: {facts.problem}" if facts.problem else None,
        None if facts.problem or facts.marker_same else f"{snapshot}: lacks key {facts.marker}, or holds another value",
    ]


def _of_this_deployment(line: Line, newest: Snapshot, migrated: datetime, now: datetime) -> list[str | None]:
    """The newest snapshot is recent, from after the migration, and can be read."""
    made = newest.created
    assert made is not None
    age = (now - made) / timedelta(hours=1)
    early = (
        f"{newest}: was made at {_minute(made)}, before the last migration of {_minute(migrated)}. Take one after it"
    )
    return [
        line.limit("backup_age").problem(age, of=newest),
        early if made < migrated else None,
        Key(newest.account, newest.key, newest.region).problem(newest),
    ]


def _elsewhere(line: Line, rds: Database, now: datetime) -> list[str | None]:
    """A second region has a recent copy that can be read there."""
    region = rds.account.settings.dr_region
    if region is None:
        raise NotConfigured(f"the target has no {line.product}.aws.dr_region", "Name the region of the copies")
    copies = rds.writer.copies_in(region).or_none()
    if not copies or copies[0].created is None:
        return [f"{rds.writer}: {region} holds no finished copy of its snapshots"]
    age = (now - copies[0].created) / timedelta(hours=1)
    return [
        line.limit("copy_age").problem(age, of=copies[0]),
        Key(rds.account, copies[0].key, region).problem(copies[0]),
    ]


@verifies("AURA-5.1.3.5")
def test_backup_was_taken_right_before_the_migration(
    line: Line, rds: Database, database: Postgres, target: ProductTarget
) -> None:
    writer, moment = rds.writer, _migrated(line, database, target)
    limit = line.limit("backup_lead")
    finished = [s for s in writer.snapshots.or_none() if s.created]
    lead = lead_minutes([s.created for s in finished if s.created], moment)
    window = writer.restore_window
    if window and window[0] < moment < window[1]:
        observed(
            writer, "can be set back to the migration", str(moment), source="rds:DescribeDBInstanceAutomatedBackups"
        )
        return
    reach = f"It goes back to {_minute(window[0])} at the earliest" if window else "It can't be set back at all"
    said = f"The migration ran at {_minute(moment)}. {reach}"
    assert lead is not None, f"{writer}: has no finished snapshot from before the last migration. {said}"
    limit.require(lead, of=writer, hint=said)


def _migrated(line: Line, database: Postgres, target: ProductTarget) -> datetime:
    """When the newest migration ran, by the product's own record."""
    applied = configured(target.postgres, f"{line.product}.postgres").applied
    if applied is None:
        raise NotConfigured(
            f"the target has no {line.product}.postgres.applied", "Name TABLE.COLUMN with each migration's time"
        )
    table, _, column = applied.partition(".")
    query = sql.SQL("select max({}) as newest from {}").format(
        sql.Identifier(column), sql.Identifier(database.schema, table)
    )
    found = database.value(query.as_string(), name="newest migration at")
    if not isinstance(found, datetime):
        raise Unobservable(f"{database}: {applied} holds no time", "Correct postgres.applied in the target")
    return found


def _minute(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
