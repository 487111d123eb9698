"""Backups that restore to nothing, to less, or not at all; and a log that does not reach its archive."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from reference.amending import amended
from reference.backup_state import first_snapshots
from reference.faults import fault
from reference.faults.encryption import deletion_scheduled

if TYPE_CHECKING:
    from reference.deployment import Deployment

AURA_MOMENT, AURA_SNAPSHOT, AURA_RELEASE = "AURA-6.1.1.2", "AURA-6.1.1.4", "AURA-12.5.3"
SEI_OBJECTIVES, SEI_RELEASE = "SEI-1.1.1.3.4", "SEI-2.1.1.2.4"
MOMENT = [AURA_MOMENT, AURA_RELEASE, SEI_OBJECTIVES, SEI_RELEASE]
ARCHIVE = "postgres:archive"
COPIES = "postgres:copies"


@contextmanager
def _archiving_by(deployment: Deployment, command: str) -> Iterator[None]:
    """Inside the block the server archives by another command; after it all segments have arrived."""
    with deployment.sql() as connection:
        connection.execute(f"alter system set archive_command = '{command}'")
        connection.execute("select pg_reload_conf()")
    try:
        yield
    finally:
        with deployment.sql() as connection:
            connection.execute("alter system reset archive_command")
            connection.execute("select pg_reload_conf()")
            _until_archived(deployment)


def _until_archived(deployment: Deployment) -> None:
    with deployment.sql() as connection:
        connection.execute("select pg_current_xact_id()")
        name = connection.execute("select pg_walfile_name(pg_switch_wal())").fetchone()
    assert name
    _until(
        lambda: (Path(deployment.settings.postgres.archive_folder) / str(name[0])).exists(), "the segment is archived"
    )
    _until(lambda: not _failing(deployment), "archiving succeeds again")


def _failing(deployment: Deployment) -> bool:
    with deployment.sql() as connection:
        row = connection.execute(
            "select last_failed_time > coalesce(last_archived_time, '-infinity') from pg_stat_archiver"
        ).fetchone()
    return bool(row and row[0])


def _until(holds: Callable[[], bool], what: str, patience: float = 30) -> None:
    deadline = time.monotonic() + patience
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited in vain until {what}")
        time.sleep(0.1)


@fault(
    name="wal-archive-switched-off",
    breaks="the database has no command by which its log is archived",
    fails=MOMENT,
    message=r"WAL archive of database \w+ .*neither archive_command nor archive_library is set",
    touches=[ARCHIVE],
)
def switched_off(deployment: Deployment) -> Iterator[None]:
    with _archiving_by(deployment, ""):
        yield


@fault(
    name="wal-archive-command-fails",
    breaks="archiving is on and its command is set, but it fails for every segment",
    fails=MOMENT,
    message=r"WAL archive of database \w+ .*archiving fails since segment [0-9A-F]{24}",
    touches=[ARCHIVE],
    hard=True,
)
def command_fails(deployment: Deployment) -> Iterator[None]:
    with _archiving_by(deployment, "false"):
        with deployment.sql() as connection:
            connection.execute("select pg_current_xact_id()")
            connection.execute("select pg_switch_wal()")
        _until(lambda: _failing(deployment), "archiving fails")
        yield


@fault(
    name="wal-archive-lost-a-segment",
    breaks="one segment of the log is missing in the archive, so nothing after it can be replayed",
    fails=MOMENT,
    message=r"could not be restored from log up to .* the restored database instance \S+ ended as incompatible-restore",
    touches=[ARCHIVE],
    hard=True,
)
def lost_a_segment(deployment: Deployment) -> Iterator[None]:
    with deployment.sql() as connection:
        connection.execute("select pg_current_xact_id()")
        name = connection.execute("select pg_walfile_name(pg_switch_wal())").fetchone()
    assert name
    segment = Path(deployment.settings.postgres.archive_folder) / str(name[0])
    _until(segment.exists, "the segment is archived")
    lost = segment.with_suffix(".lost")
    segment.rename(lost)
    try:
        yield
    finally:
        lost.rename(segment)


def _file(deployment: Deployment, product: str, table: str) -> Path:
    """A table's file in the first backup of a product."""
    with deployment.sql(product) as connection:
        found = connection.execute("select pg_relation_filepath(%s)", [table]).fetchone()
    assert found
    return deployment.backups.path(first_snapshots(deployment.settings)[product]) / str(found[0])


@contextmanager
def _changed(file: Path, change: Callable[[bytes], bytes]) -> Iterator[None]:
    """Inside the block the file's content is another. A new file takes its place: backups share unchanged ones."""
    kept = file.with_name(f"{file.name}.kept")
    status, content = file.stat(), file.read_bytes()
    file.rename(kept)
    try:
        file.write_bytes(change(content))
        file.chmod(status.st_mode)
        os.chown(file, status.st_uid, status.st_gid)
        yield
    finally:
        kept.replace(file)


def _garbled(content: bytes) -> bytes:
    """Some bytes in the middle of the first page are others."""
    return content[:4000] + bytes(byte ^ 0xFF for byte in content[4000:4100]) + content[4100:]


@fault(
    name="aura-backup-corrupt",
    breaks="some bytes of a file of the newest backup are others",
    fails=[AURA_SNAPSHOT],
    message=r"table public\.user_profiles of the restored copy can't be read",
    touches=["backups:aurastudio"],
)
def aura_corrupt(deployment: Deployment) -> Iterator[None]:
    with _changed(_file(deployment, "aurastudio", "user_profiles"), _garbled):
        yield


@fault(
    name="aura-backup-table-empty",
    breaks="the newest backup restores without an error, but one table is empty in it",
    fails=[AURA_SNAPSHOT],
    message=r"table public\.conversation_history in the copy .*: \d+ of \d+ rows are missing .*\(the copy has 0\)",
    touches=["backups:aurastudio"],
    hard=True,
)
def aura_table_empty(deployment: Deployment) -> Iterator[None]:
    with _changed(_file(deployment, "aurastudio", "conversation_history"), lambda _: b""):
        yield


@contextmanager
def _mishap(deployment: Deployment, product: str, *statements: str) -> Iterator[None]:
    """Inside the block these statements happen to every copy that is made."""
    happening = [(product, statement) for statement in statements]
    deployment.backups.mishaps.extend(happening)
    try:
        yield
    finally:
        for each in happening:
            deployment.backups.mishaps.remove(each)


@fault(
    name="aura-restore-without-vectors",
    breaks="what restores the database does not know the extension for vectors, and leaves out what needs it",
    fails=[AURA_SNAPSHOT, AURA_MOMENT],
    message=r"extension missing in the copy: vector",
    touches=[f"{COPIES}:aurastudio"],
    hard=True,
)
def aura_without_vectors(deployment: Deployment) -> Iterator[None]:
    with _mishap(deployment, "aurastudio", "drop extension vector cascade"):
        yield


@fault(
    name="sei-backup-truncated",
    breaks="the base backup that the log is replayed upon has lost the end of a file",
    fails=[SEI_OBJECTIVES, SEI_RELEASE],
    message=r"table public\.voice_agent_personalities in the copy .*: \d+ of \d+ rows are missing",
    touches=["backups:seiketsu"],
)
def sei_truncated(deployment: Deployment) -> Iterator[None]:
    with _changed(_file(deployment, "seiketsu", "voice_agent_personalities"), lambda content: content[:4000]):
        yield


@fault(
    name="sei-restore-without-rights",
    breaks="a restored copy has the data, but neither the row-security policies nor the application's rights",
    fails=[SEI_OBJECTIVES, SEI_RELEASE],
    message=r"policy missing in the copy: public\.leads",
    touches=[f"{COPIES}:seiketsu"],
    hard=True,
)
def sei_without_rights(deployment: Deployment) -> Iterator[None]:
    with deployment.sql("seiketsu") as connection:
        names = connection.execute("select polname from pg_policy where polrelid = 'leads'::regclass").fetchall()
    policies = [f"drop policy {name} on leads" for (name,) in names]
    rights = f"revoke all on leads from {deployment.settings.products['seiketsu'].database.app_role}"
    with _mishap(deployment, "seiketsu", *policies, rights):
        yield


@fault(
    name="sei-backup-key-to-be-deleted",
    breaks="the key of the newest snapshot is scheduled for deletion",
    fails=[SEI_OBJECTIVES, SEI_RELEASE],
    message=r"snapshot rds-\S+: its key \S+ is PendingDeletion",
    touches=["aws:seiketsu:rds:snapshots", "aws:seiketsu:kms:backup"],
    hard=True,
)
def sei_key_to_be_deleted(deployment: Deployment) -> Iterator[None]:
    kms = deployment.aws("seiketsu", "kms")
    aliases = kms.list_aliases()["Aliases"]
    key = next(a["TargetKeyId"] for a in aliases if a["AliasName"].endswith("-backup"))
    arn = kms.describe_key(KeyId=key)["KeyMetadata"]["Arn"]
    where = {"DBSnapshotIdentifier": first_snapshots(deployment.settings)["seiketsu"]}
    with (
        deletion_scheduled(kms, key),
        amended(deployment, "seiketsu", "rds", "DBSnapshots", {"KmsKeyId": arn}, where),
    ):
        yield


@fault(
    name="sei-backup-predates-migration",
    breaks="a migration ran after the newest snapshot was made",
    fails=[SEI_RELEASE],
    message=r"snapshot rds-\S+: was made at [\d: -]+UTC, before the last migration",
    touches=["postgres:seiketsu:table:schema_ledger"],
    hard=True,
)
def sei_predates_migration(deployment: Deployment) -> Iterator[None]:
    newest = "version = (select max(version) from schema_ledger)"
    with deployment.sql("seiketsu") as connection:
        before = connection.execute(f"select applied_at from schema_ledger where {newest}").fetchone()  # noqa: S608
        assert before
        connection.execute(f"update schema_ledger set applied_at = now() where {newest}")  # noqa: S608
        try:
            yield
        finally:
            connection.execute(f"update schema_ledger set applied_at = %s where {newest}", before)  # noqa: S608


ROLE_POLICY = "restore"


@fault(
    name="aura-restore-role-lacks-right",
    breaks="the role that restores in an emergency may not restore to a moment",
    fails=[AURA_RELEASE, AURA_MOMENT],
    message=r"role \S+ may not rds:RestoreDBInstanceToPointInTime",
    touches=["aws:aurastudio:iam:restorer"],
    hard=True,
)
def aura_role_lacks_right(deployment: Deployment) -> Iterator[None]:
    iam = deployment.aws("aurastudio", "iam")
    role = next(r["RoleName"] for r in iam.list_roles()["Roles"] if r["RoleName"].endswith("-restorer"))
    kept = iam.get_role_policy(RoleName=role, PolicyName=ROLE_POLICY)["PolicyDocument"]
    less = json.loads(json.dumps(kept))
    for statement in less["Statement"]:
        if isinstance(statement["Action"], list):
            statement["Action"] = [a for a in statement["Action"] if a != "rds:RestoreDBInstanceToPointInTime"]
    iam.put_role_policy(RoleName=role, PolicyName=ROLE_POLICY, PolicyDocument=json.dumps(less))
    try:
        yield
    finally:
        iam.put_role_policy(RoleName=role, PolicyName=ROLE_POLICY, PolicyDocument=json.dumps(kept))


@fault(
    name="aura-restore-window-one-hour",
    breaks="the database can be set back by one hour, not to before the release",
    fails=[AURA_RELEASE],
    message=r"database instance aurastudio: deployments outside window is 1",
    touches=["aws:aurastudio:rds:window"],
)
def aura_window_one_hour(deployment: Deployment) -> Iterator[None]:
    values = {"RestoreWindow.EarliestTime": {"ago": "1h"}}
    where = {"DBInstanceIdentifier": "aurastudio"}
    with amended(deployment, "aurastudio", "rds", "DBInstanceAutomatedBackups", values, where):
        yield
