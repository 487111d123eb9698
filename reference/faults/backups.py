"""Database backups that are kept too short, are too old, or are not what their names say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from reference.amending import amended, delete_model, set_model
from reference.backup_state import RECORD_ALONE
from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT = INSTANCE = "aurastudio"
SNAPSHOTS = "rds/database_snapshots"
TOUCHES = ["aws:aurastudio:rds:snapshots"]
KEPT, RECENT = "AURA-6.1.1.3", "AURA-10.3.1.3"
DAILY, WEEK = "AURA-1.1.2.3", "AURA-6.1.1.1"
RESTORED, MOMENT, RELEASE = "AURA-6.1.1.4", "AURA-6.1.1.2", "AURA-12.5.3"
NEWEST_AGE = r"database instance aurastudio: newest age is \d+(\.\d+)? h"
NONE_TODAY = {
    DAILY: r"database instance aurastudio: backups per 24h is 0",
    WEEK: r"database instance aurastudio: largest gap is \d+(\.\d+)? h",
    RESTORED: r"could not be restored from snapshot nightly-\S+: the restored database instance \S+ ended as failed",
}
OFF = {
    DAILY: r"database instance aurastudio: retention is 0 days",
    KEPT: r"database instance aurastudio: retention is 0 days",
    RECENT: r"database instance aurastudio: can't be restored to a moment",
    MOMENT: r"database instance aurastudio: has no LatestRestorableTime",
    RELEASE: r"database instance aurastudio: has no automated backups",
    "AURA-13.1.5": r"database instance aurastudio: can't be restored to a moment",
}


def automated(deployment: Deployment) -> list[dict[str, Any]]:
    """The instance's own snapshots, the newest first."""
    listed = deployment.aws(PRODUCT, "rds").describe_db_snapshots(DBInstanceIdentifier=INSTANCE)["DBSnapshots"]
    found = [s for s in listed if s["SnapshotType"] == "automated"]
    return sorted(found, key=made_at, reverse=True)


def made_at(snapshot: dict[str, Any]) -> datetime:
    made: datetime = snapshot["SnapshotCreateTime"]
    return made


@contextmanager
def _without(deployment: Deployment, gone: Callable[[timedelta], bool]) -> Iterator[None]:
    """Inside the block the snapshots whose age is `gone` do not exist; they are made again as they were."""
    now = datetime.now(UTC)
    doomed = [s for s in automated(deployment) if gone(now - made_at(s))]
    for snapshot in doomed:
        delete_model(deployment, PRODUCT, SNAPSHOTS, snapshot["DBSnapshotIdentifier"])
    try:
        yield
    finally:
        for snapshot in doomed:
            make(deployment, INSTANCE, snapshot["DBSnapshotIdentifier"], made_at(snapshot))


def make(deployment: Deployment, instance: str, name: str, made: datetime) -> None:
    rds = deployment.aws(PRODUCT, "rds")
    rds.create_db_snapshot(DBInstanceIdentifier=instance, DBSnapshotIdentifier=name, Tags=[RECORD_ALONE])
    age = {"ago": f"{int((datetime.now(UTC) - made).total_seconds())}s"}
    values = {"tags": [], "snapshot_type": "automated", "created": age, "original_snapshot_create_time": age}
    set_model(deployment, PRODUCT, f"{SNAPSHOTS}/{name}", values)


@fault(
    name="aura-backups-kept-seven-days",
    breaks="automated backups of the database are kept for seven days",
    fails=["AURA-6.1.1.3"],
    message=r"database instance aurastudio: retention is 7 days",
    touches=["aws:aurastudio:rds:instance"],
)
def kept_seven_days(deployment: Deployment) -> Iterator[None]:
    rds = deployment.aws(PRODUCT, "rds")
    rds.modify_db_instance(DBInstanceIdentifier=INSTANCE, BackupRetentionPeriod=7, ApplyImmediately=True)
    try:
        yield
    finally:
        rds.modify_db_instance(DBInstanceIdentifier=INSTANCE, BackupRetentionPeriod=30, ApplyImmediately=True)


@fault(
    name="aura-backups-reach-seven-days",
    breaks="the retention was raised to thirty days lately, so the oldest snapshot is seven days old",
    fails=[KEPT, WEEK],
    message={
        KEPT: r"database instance aurastudio: oldest age is 6(\.\d+)? days",
        WEEK: r"database instance aurastudio: days covered is 6(\.\d+)? days",
    },
    touches=TOUCHES,
    hard=True,
)
def reach_seven_days(deployment: Deployment) -> Iterator[None]:
    with _without(deployment, lambda age: age > timedelta(days=7)):
        yield


@fault(
    name="aura-backups-two-days-missing",
    breaks="no snapshot was made in the last two days",
    fails=[RECENT, *NONE_TODAY],
    message={RECENT: NEWEST_AGE, **NONE_TODAY},
    touches=TOUCHES,
)
def two_days_missing(deployment: Deployment) -> Iterator[None]:
    with _without(deployment, lambda age: age < timedelta(days=2)):
        yield


@fault(
    name="aura-backups-of-a-namesake",
    breaks="the recent snapshots are of another instance whose name begins the same",
    fails=[RECENT, *NONE_TODAY],
    message={RECENT: NEWEST_AGE, **NONE_TODAY},
    touches=TOUCHES,
    hard=True,
)
def of_a_namesake(deployment: Deployment) -> Iterator[None]:
    name = f"nightly-{INSTANCE}-recent"
    with _without(deployment, lambda age: age < timedelta(days=2)):
        make(deployment, f"{INSTANCE}-replica", name, datetime.now(UTC) - timedelta(hours=5))
        try:
            yield
        finally:
            delete_model(deployment, PRODUCT, SNAPSHOTS, name)


@fault(
    name="aura-backups-newest-is-empty",
    breaks="the newest snapshot is recent but holds a thousandth of the one before",
    fails=["AURA-10.3.1.3"],
    message=r"of database instance aurastudio: size to previous is 0\.1 percent",
    touches=TOUCHES,
    hard=True,
)
def newest_is_empty(deployment: Deployment) -> Iterator[None]:
    newest = automated(deployment)[0]["DBSnapshotIdentifier"]
    where = {"DBSnapshotIdentifier": newest}
    with amended(deployment, PRODUCT, "rds", "DBSnapshots", {"AllocatedStorage": 1}, where):
        yield


@contextmanager
def _retention(deployment: Deployment, **days: int) -> Iterator[None]:
    """Inside the block backups of writer and replica are kept for so many days."""
    rds = deployment.aws(PRODUCT, "rds")
    names = {"writer": INSTANCE, "replica": f"{INSTANCE}-replica"}
    before = {
        name: rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]["BackupRetentionPeriod"]
        for name in names.values()
    }
    for which, period in days.items():
        rds.modify_db_instance(DBInstanceIdentifier=names[which], BackupRetentionPeriod=period, ApplyImmediately=True)
    try:
        yield
    finally:
        for which in days:
            name = names[which]
            rds.modify_db_instance(DBInstanceIdentifier=name, BackupRetentionPeriod=before[name], ApplyImmediately=True)


@fault(
    name="aura-backups-off",
    breaks="automated backups of the database are off",
    fails=OFF,
    message=OFF,
    touches=["aws:aurastudio:rds:instance"],
)
def backups_off(deployment: Deployment) -> Iterator[None]:
    with _retention(deployment, writer=0):
        yield


@fault(
    name="aura-backups-of-the-replica-alone",
    breaks="window and retention are set on the replica, and the writer has no automated backups",
    fails=OFF,
    message=OFF,
    touches=["aws:aurastudio:rds:instance"],
    hard=True,
)
def backups_of_the_replica_alone(deployment: Deployment) -> Iterator[None]:
    with _retention(deployment, writer=0, replica=30):
        yield


@fault(
    name="aura-backup-of-a-night-missing",
    breaks="there is no snapshot of the night three days ago",
    fails=[WEEK],
    message=r"database instance aurastudio: largest gap is 48 h",
    touches=TOUCHES,
)
def night_missing(deployment: Deployment) -> Iterator[None]:
    third = _nightly(deployment)[3]
    with _without(deployment, lambda age: abs(age - (datetime.now(UTC) - third)) < timedelta(minutes=10)):
        yield


def _nightly(deployment: Deployment) -> list[datetime]:
    return [made_at(s) for s in automated(deployment) if s["DBSnapshotIdentifier"].startswith("nightly-")]


@fault(
    name="aura-backups-all-of-one-day",
    breaks="the snapshots of the last eight days were all made today, by hand, under the names of the nights",
    fails=[WEEK],
    message=r"database instance aurastudio: largest gap is (19|2\d)\d(\.\d+)? h",
    touches=[*TOUCHES, "aws:aurastudio:rds:snapshot:before"],  # one may be from just before the migration
    hard=True,
)
def all_of_one_day(deployment: Deployment) -> Iterator[None]:
    now = datetime.now(UTC)
    names = [f"nightly-{INSTANCE}-again-{number}" for number in range(1, 8)]
    with _without(deployment, lambda age: timedelta(hours=1) < age < timedelta(days=9)):
        for number, name in enumerate(names):
            make(deployment, INSTANCE, name, now - timedelta(hours=number + 1))
        try:
            yield
        finally:
            for name in names:
                delete_model(deployment, PRODUCT, SNAPSHOTS, name)


@fault(
    name="sei-backups-off",
    breaks="automated backups of the database are off",
    fails=["SEI-2.1.1.2.4", "SEI-1.1.1.3.4", "SEI-2.1.1.1.1"],
    message={
        "SEI-2.1.1.1.1": r"backup_retention_period is 0, Terraform has 30",
        "SEI-2.1.1.2.4": r"database instance seiketsu-production: retention is 0 days",
        "SEI-1.1.1.3.4": r"database instance seiketsu-production: has no LatestRestorableTime",
    },
    touches=["aws:seiketsu:rds:instance"],
)
def sei_backups_off(deployment: Deployment) -> Iterator[None]:
    rds, name = deployment.aws("seiketsu", "rds"), "seiketsu-production"
    before = rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]["BackupRetentionPeriod"]
    rds.modify_db_instance(DBInstanceIdentifier=name, BackupRetentionPeriod=0, ApplyImmediately=True)
    try:
        yield
    finally:
        rds.modify_db_instance(DBInstanceIdentifier=name, BackupRetentionPeriod=before, ApplyImmediately=True)
