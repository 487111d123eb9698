"""Database backups that should lie elsewhere, or be from before a migration, and do not or are not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from reference.amending import amended, set_model
from reference.aws.inventory import RECOVERY_REGION
from reference.faults import fault
from reference.faults.backups import INSTANCE, PRODUCT, SNAPSHOTS, automated, made_at, make

if TYPE_CHECKING:
    from reference.deployment import Deployment

ELSEWHERE, BEFORE = "AURA-6.1.1.5", "AURA-5.1.3.5"


def _copies(deployment: Deployment) -> tuple[Any, list[dict[str, Any]]]:
    there = deployment.aws(PRODUCT, "rds", RECOVERY_REGION)
    return there, there.describe_db_snapshots()["DBSnapshots"]


@fault(
    name="aura-copies-gone",
    breaks="the second region holds no copy of a snapshot",
    fails=[ELSEWHERE],
    message=r"database instance aurastudio: us-west-2 holds no finished copy",
    touches=["aws:aurastudio:rds:copies"],
)
def copies_gone(deployment: Deployment) -> Iterator[None]:
    there, copies = _copies(deployment)
    for copy in copies:
        there.delete_db_snapshot(DBSnapshotIdentifier=copy["DBSnapshotIdentifier"])
    try:
        yield
    finally:
        for copy in copies:
            name = copy["DBSnapshotIdentifier"]
            there.copy_db_snapshot(
                SourceDBSnapshotIdentifier=_source(deployment, copy),
                TargetDBSnapshotIdentifier=name,
                KmsKeyId=copy["KmsKeyId"],
                CopyTags=True,
            )
            _date_copy(deployment, name, made_at(copy))


def _source(deployment: Deployment, copy: dict[str, Any]) -> str:
    """The snapshot that was made at the copy's time."""
    account = deployment.settings.aws.accounts[PRODUCT]
    made = copy.get("OriginalSnapshotCreateTime") or made_at(copy)
    nearest = min(automated(deployment), key=lambda s: abs(made_at(s) - made))
    return f"arn:aws:rds:{account.region}:{account.id}:snapshot:{nearest['DBSnapshotIdentifier']}"


def _date_copy(deployment: Deployment, name: str, made: datetime) -> None:
    age = {"ago": f"{int((datetime.now(UTC) - made).total_seconds())}s"}
    values = {"created": age, "original_snapshot_create_time": age}
    set_model(deployment, PRODUCT, f"{SNAPSHOTS}/{name}", values, RECOVERY_REGION)


@fault(
    name="aura-copies-old",
    breaks="the copies in the second region are three days old: copying stopped",
    fails=[ELSEWHERE],
    message=r"database instance aurastudio: newest copy age is 72(\.\d+)? h",
    touches=["aws:aurastudio:rds:copies"],
    hard=True,
)
def copies_old(deployment: Deployment) -> Iterator[None]:
    _, copies = _copies(deployment)
    for copy in copies:
        _date_copy(deployment, copy["DBSnapshotIdentifier"], datetime.now(UTC) - timedelta(days=3))
    try:
        yield
    finally:
        for copy in copies:
            _date_copy(deployment, copy["DBSnapshotIdentifier"], made_at(copy))


@fault(
    name="aura-copies-key-disabled",
    breaks="the key of the copies in the second region is disabled",
    fails=[ELSEWHERE],
    message=r"-copy in us-west-2: its key \S+ is Disabled in us-west-2",
    touches=["aws:aurastudio:kms:recovery"],
    hard=True,
)
def copies_key_disabled(deployment: Deployment) -> Iterator[None]:
    _, copies = _copies(deployment)
    kms, key = deployment.aws(PRODUCT, "kms", RECOVERY_REGION), copies[0]["KmsKeyId"].rpartition("/")[2]
    kms.disable_key(KeyId=key)
    try:
        yield
    finally:
        kms.enable_key(KeyId=key)


@contextmanager
def _no_window_over_the_migration(deployment: Deployment) -> Iterator[datetime]:
    """Inside the block the database can't be set back to its migration, though to the release. Yields when that ran."""
    with _migrated_apart_from_the_nightly_backup(deployment) as migrated:
        since = datetime.now(UTC) - (migrated + timedelta(minutes=2))
        values = {"RestoreWindow.EarliestTime": {"ago": f"{int(since.total_seconds())}s"}}
        where = {"DBInstanceIdentifier": INSTANCE}
        with amended(deployment, PRODUCT, "rds", "DBInstanceAutomatedBackups", values, where):
            yield migrated


@contextmanager
def _migrated_apart_from_the_nightly_backup(deployment: Deployment) -> Iterator[datetime]:
    """Inside the block no nightly backup is from the last hours before the migration. Yields when that ran.

    A deployment that was set up soon after the nightly backup has a backup from right before its migration.
    """
    with deployment.sql(PRODUCT) as connection:
        row = connection.execute("select max(applied_at) from schema_migrations").fetchone()
    assert row
    migrated: datetime = row[0]
    near = any(timedelta(0) <= migrated - made_at(s) <= timedelta(hours=2) for s in automated(deployment))
    earlier = timedelta(hours=3) if near else timedelta(0)
    _move_migrations(deployment, -earlier)
    try:
        yield migrated - earlier
    finally:
        _move_migrations(deployment, earlier)


def _move_migrations(deployment: Deployment, by: timedelta) -> None:
    if by:
        with deployment.sql(PRODUCT) as connection:
            connection.execute("update schema_migrations set applied_at = applied_at + %s", (by,))


def _before_migration(deployment: Deployment) -> dict[str, Any]:
    listed = deployment.aws(PRODUCT, "rds").describe_db_snapshots(DBInstanceIdentifier=INSTANCE)["DBSnapshots"]
    return next(s for s in listed if s["DBSnapshotIdentifier"].startswith(f"{INSTANCE}-before-"))


MIGRATION = ["aws:aurastudio:rds:window", "aws:aurastudio:rds:snapshot:before"]


@fault(
    name="aura-migration-backup-gone",
    breaks="the snapshot from before the migration was deleted, and no log reaches back so far",
    fails=[BEFORE],
    message=r"database instance aurastudio: backup lead is [\d.]+ min",
    touches=MIGRATION,
)
def migration_backup_gone(deployment: Deployment) -> Iterator[None]:
    snapshot, rds = _before_migration(deployment), deployment.aws(PRODUCT, "rds")
    name = snapshot["DBSnapshotIdentifier"]
    with _no_window_over_the_migration(deployment):
        rds.delete_db_snapshot(DBSnapshotIdentifier=name)
        try:
            yield
        finally:
            _make_manual(deployment, INSTANCE, name, made_at(snapshot))


def _make_manual(deployment: Deployment, instance: str, name: str, made: datetime) -> None:
    make(deployment, instance, name, made)
    set_model(deployment, PRODUCT, f"{SNAPSHOTS}/{name}", {"snapshot_type": "manual"})


@fault(
    name="aura-migration-backup-of-another",
    breaks="the snapshot of that name is of another instance, and no log reaches back so far",
    fails=[BEFORE],
    message=r"database instance aurastudio: backup lead is [\d.]+ min",
    touches=["aws:aurastudio:rds"],
    hard=True,
)
def migration_backup_of_another(deployment: Deployment) -> Iterator[None]:
    snapshot = _before_migration(deployment)
    model = f"{SNAPSHOTS}/{snapshot['DBSnapshotIdentifier']}"
    with _no_window_over_the_migration(deployment):
        set_model(deployment, PRODUCT, model, {"db_instance_identifier": f"{INSTANCE}-staging"})
        try:
            yield
        finally:
            set_model(deployment, PRODUCT, model, {"db_instance_identifier": INSTANCE})


@fault(
    name="aura-migration-backup-too-late",
    breaks="the snapshot of that name was made when the migration had run, and no log reaches back so far",
    fails=[BEFORE],
    message=r"database instance aurastudio: backup lead is [\d.]+ min",
    touches=MIGRATION,
    hard=True,
)
def migration_backup_too_late(deployment: Deployment) -> Iterator[None]:
    snapshot = _before_migration(deployment)
    model = f"{SNAPSHOTS}/{snapshot['DBSnapshotIdentifier']}"
    with _no_window_over_the_migration(deployment) as migrated:
        _date(deployment, model, migrated + timedelta(minutes=1))
        try:
            yield
        finally:
            _date(deployment, model, made_at(snapshot))


def _date(deployment: Deployment, model: str, made: datetime) -> None:
    age = {"ago": f"{int((datetime.now(UTC) - made).total_seconds())}s"}
    set_model(deployment, PRODUCT, model, {"created": age, "original_snapshot_create_time": age})
