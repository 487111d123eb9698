"""The database's backups: kept as long as agreed, and recent at this moment."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fixtures.aws.backups import BackupFolder
from fixtures.aws.rds import Database
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.verdict import NotConfigured, Unobservable
from tests.judges.backups import Backup, age_days, expected_reach, expiries, newest, oldest, size_to_previous

LONG_AGO = 10_000.0
"""Days, for a database whose beginning is not known."""
NONE = "has no finished backup made by itself. Are automated backups on?"


@verifies("AURA-6.1.1.3")
@pytest.mark.smoke
def test_backups_are_kept_as_long_as_agreed(
    line: Line, managed_database: Database | None, backup_folder: BackupFolder | None
) -> None:
    _some(managed_database, backup_folder)
    now = datetime.now(UTC)
    problems: list[str | None] = []
    if managed_database is not None:
        writer = managed_database.writer
        problems.append(line.limit("retention").problem(writer.backup_retention, of=writer))
        age = age_days(writer.created, now) if writer.created else LONG_AGO
        problems.append(_reaches_back(line, writer, _snapshots(managed_database), age, now))
    if backup_folder is not None:
        for rule, days in expiries(backup_folder.lifecycle, backup_folder.prefix).items():
            problems.append(line.limit("retention").problem(days, of=f"lifecycle rule {rule} of {backup_folder}"))
        age = age_days(backup_folder.since, now) if backup_folder.since else LONG_AGO
        problems.append(_reaches_back(line, backup_folder, _files(backup_folder), age, now))
    conclude(problems)


@verifies("AURA-10.3.1.3")
@pytest.mark.smoke
def test_newest_backup_is_recent(
    line: Line, managed_database: Database | None, backup_folder: BackupFolder | None
) -> None:
    _some(managed_database, backup_folder)
    now = datetime.now(UTC)
    problems: list[str | None] = []
    if managed_database is not None:
        writer = managed_database.writer
        problems += _recent(line, writer, _snapshots(managed_database), now)
        if writer.latest_restorable is None:
            problems.append(f"{writer}: can't be restored to a moment, it has no LatestRestorableTime")
        else:
            lag = (now - writer.latest_restorable).total_seconds() / 60
            problems.append(line.limit("restorable_lag").problem(lag, of=writer, hint="Does it archive its log?"))
        problems.append(_too_small(_snapshots(managed_database), managed_database.settings.size_floor_bytes))
    if backup_folder is not None:
        problems += _recent(line, backup_folder, _files(backup_folder), now)
    conclude(problems)


def _some(database: Database | None, folder: BackupFolder | None) -> None:
    if database is None and folder is None:
        raise NotConfigured("the target has neither [aws.rds] nor [aws.backups]", "Say where the backups are")


def _too_small(backups: list[Backup], floor: int | None) -> str | None:
    if not floor or not backups or newest(backups).size >= floor:
        return None
    last = newest(backups)
    return f"{last.name} holds {last.size} bytes, want at least {floor} (the target's size_floor_bytes)"


def _snapshots(database: Database) -> list[Backup]:
    """The automated snapshots. None at all is a failure here: the database was observed, and has no backup."""
    found = database.writer.automated_snapshots.or_none()
    return [Backup(str(s), s.created, s.size) for s in found if s.created]


def _files(folder: BackupFolder) -> list[Backup]:
    found = folder.files.or_none()
    return [Backup(f["Key"], f["LastModified"], int(f["Size"])) for f in found]


def _reaches_back(line: Line, of: object, backups: list[Backup], database_age: float, now: datetime) -> str | None:
    limit = line.limit("oldest_age")
    if not backups:
        return f"{of}: {NONE}"
    last = oldest(backups)
    reach = observed(
        of, "oldest backup", round(age_days(last.made, now), 2), source="snapshots and objects", unit="days"
    )
    wanted = float(limit.value)  # type: ignore[arg-type]
    if database_age > wanted + 1:
        return limit.problem(reach, of=of, hint=f"The oldest is {last.name}. Was the retention raised lately?")
    needed = expected_reach(database_age, wanted)
    if reach >= needed:
        return None
    return f"{of}: is {database_age:.0f} days old, but its oldest backup {last.name} only {reach:.1f} days"


def _recent(line: Line, of: object, backups: list[Backup], now: datetime) -> list[str | None]:
    if not backups:
        return [f"{of}: {NONE}"]
    last = newest(backups)
    hours = age_days(last.made, now) * 24
    if hours < -0.1:
        raise Unobservable(f"{last.name} was made {-hours:.1f} h in the future", "Compare the clocks")
    observed(of, "newest backup", round(hours, 2), source="snapshots and objects", unit="h")
    problems = [line.limit("newest_age").problem(hours, of=of, hint=f"The newest is {last.name}")]
    percent = size_to_previous(backups)
    if percent is None:
        hint = "A second one is needed to compare sizes; wait for it"
        raise Unobservable(f"{of}: has only one backup with a size ({last.name})", hint)
    problems.append(line.limit("size_to_previous").problem(percent, of=f"{last.name} of {of}"))
    return problems
