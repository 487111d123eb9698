"""Database backups that are kept too short, are too old, or are not what their names say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from reference.amending import amended, delete_model, set_model
from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT = INSTANCE = "aurastudio"
SNAPSHOTS = "rds/database_snapshots"
TOUCHES = ["aws:aurastudio:rds:snapshots"]


def _automated(deployment: Deployment) -> list[dict[str, Any]]:
    """The instance's own snapshots, the newest first."""
    listed = deployment.aws(PRODUCT, "rds").describe_db_snapshots(DBInstanceIdentifier=INSTANCE)["DBSnapshots"]
    found = [s for s in listed if s["SnapshotType"] == "automated"]
    return sorted(found, key=_made, reverse=True)


def _made(snapshot: dict[str, Any]) -> datetime:
    made: datetime = snapshot["SnapshotCreateTime"]
    return made


@contextmanager
def _without(deployment: Deployment, gone: Callable[[timedelta], bool]) -> Iterator[None]:
    """Inside the block the snapshots whose age is `gone` do not exist; they are made again as they were."""
    now = datetime.now(UTC)
    doomed = [s for s in _automated(deployment) if gone(now - _made(s))]
    for snapshot in doomed:
        delete_model(deployment, PRODUCT, SNAPSHOTS, snapshot["DBSnapshotIdentifier"])
    try:
        yield
    finally:
        for snapshot in doomed:
            _make(deployment, INSTANCE, snapshot["DBSnapshotIdentifier"], _made(snapshot))


def _make(deployment: Deployment, instance: str, name: str, made: datetime) -> None:
    rds = deployment.aws(PRODUCT, "rds")
    rds.create_db_snapshot(DBInstanceIdentifier=instance, DBSnapshotIdentifier=name)
    age = {"ago": f"{int((datetime.now(UTC) - made).total_seconds())}s"}
    values = {"snapshot_type": "automated", "created": age, "original_snapshot_create_time": age}
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
    fails=["AURA-6.1.1.3"],
    message=r"database instance aurastudio: oldest age is 6(\.\d+)? days",
    touches=TOUCHES,
    hard=True,
)
def reach_seven_days(deployment: Deployment) -> Iterator[None]:
    with _without(deployment, lambda age: age > timedelta(days=7)):
        yield


@fault(
    name="aura-backups-two-days-missing",
    breaks="no snapshot was made in the last two days",
    fails=["AURA-10.3.1.3"],
    message=r"database instance aurastudio: newest age is \d+(\.\d+)? h",
    touches=TOUCHES,
)
def two_days_missing(deployment: Deployment) -> Iterator[None]:
    with _without(deployment, lambda age: age < timedelta(days=2)):
        yield


@fault(
    name="aura-backups-of-a-namesake",
    breaks="the recent snapshots are of another instance whose name begins the same",
    fails=["AURA-10.3.1.3"],
    message=r"database instance aurastudio: newest age is \d+(\.\d+)? h",
    touches=TOUCHES,
    hard=True,
)
def of_a_namesake(deployment: Deployment) -> Iterator[None]:
    name = f"nightly-{INSTANCE}-recent"
    with _without(deployment, lambda age: age < timedelta(days=2)):
        _make(deployment, f"{INSTANCE}-replica", name, datetime.now(UTC) - timedelta(hours=5))
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
    newest = _automated(deployment)[0]["DBSnapshotIdentifier"]
    where = {"DBSnapshotIdentifier": newest}
    with amended(deployment, PRODUCT, "rds", "DBSnapshots", {"AllocatedStorage": 1}, where):
        yield
