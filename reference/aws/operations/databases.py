"""RDS: snapshots and restores are real, see reference/services/restore.py; the API tells what its state file says.

moto keeps the records. The supervisor makes base backups and restored servers when asked here, on its control API.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from reference.aws.builder import find_model, set_model
from reference.aws.calls import ApiError
from reference.aws.operations.supervisor import ask_supervisor
from reference.aws.operations.world import Answer, Derived, World
from reference.backup_state import RECORD_ALONE, RESTORABLE, STATE

AVAILABLE = "available"


def instances(world: World, answer: Answer) -> None:
    """A restored instance has its server's status and endpoint; a writer goes back as far as its archive reaches."""
    restored, latest = _state(world).get("instances", {}), _restorable(world)
    for instance in answer.get("DBInstances", []):
        name = instance["DBInstanceIdentifier"]
        instance.pop("LatestRestorableTime", None)
        if _is_restored(world, name):
            _show(world, instance, restored.get(name, {"status": "creating"}))
        elif _is_backed_up(instance) and latest:
            instance["LatestRestorableTime"] = latest


def snapshots(world: World, answer: Answer) -> None:
    """A snapshot is available when its base backup is done."""
    known = _state(world).get("snapshots", {})
    for snapshot in answer.get("DBSnapshots", []):
        found = known.get(snapshot["DBSnapshotIdentifier"])
        done = found is None or found["status"] == AVAILABLE
        snapshot["PercentProgress"] = 100 if done else 0
        if not done:
            snapshot["Status"] = found["status"]


def automated_backups(world: World, answer: Answer) -> None:
    """The window reaches from the oldest automated snapshot to the end of the archived WAL."""
    latest = _restorable(world)
    for backup in answer.get("DBInstanceAutomatedBackups", []):
        name = backup["DBInstanceIdentifier"]
        listed = world.ask("rds", "DescribeDBSnapshots", DBInstanceIdentifier=name, SnapshotType="automated")
        times = [snapshot["SnapshotCreateTime"] for snapshot in listed["DBSnapshots"]]
        if times and latest and _is_backed_up(_described(world, name)):
            backup["RestoreWindow"] = {"EarliestTime": min(times), "LatestTime": latest}


def take_snapshot(world: World, answer: Answer) -> None:
    """CreateDBSnapshot begins a base backup."""
    snapshot = answer["DBSnapshot"]
    if RECORD_ALONE in (world.call.parameters.get("Tags") or []):
        return
    source = _described(world, snapshot["DBInstanceIdentifier"])
    if _is_restored(world, source["DBInstanceIdentifier"]) or source.get("ReadReplicaSourceDBInstanceIdentifier"):
        return
    if snapshot["DBSnapshotIdentifier"] not in _state(world).get("snapshots", {}):
        ask_supervisor(world, "POST", f"backups/{snapshot['DBSnapshotIdentifier']}")
        snapshot["Status"], snapshot["PercentProgress"] = "creating", 0


def drop_snapshot(world: World, answer: Answer) -> None:
    name = answer["DBSnapshot"]["DBSnapshotIdentifier"]
    if name in _state(world).get("snapshots", {}):
        ask_supervisor(world, "DELETE", f"backups/{name}")


def restore_snapshot(world: World, answer: Answer) -> None:
    """RestoreDBInstanceFromDBSnapshot: moto has checked the names of snapshot, groups and instance."""
    p, new = world.call.parameters, answer["DBInstance"]
    name = new["DBInstanceIdentifier"]
    try:
        snapshot = world.ask("rds", "DescribeDBSnapshots", DBSnapshotIdentifier=p["DBSnapshotIdentifier"])[
            "DBSnapshots"
        ][0]
        _need_key(world, snapshot.get("KmsKeyId"))
        ask_supervisor(world, "POST", f"restored/{name}", snapshot=snapshot["DBSnapshotIdentifier"])
    except ApiError:
        _unmake(world, name)
        raise
    _made(world, new)


def restore_moment(world: World, answer: Answer) -> None:
    """RestoreDBInstanceToPointInTime: the moment must lie in the archive."""
    p, new = world.call.parameters, answer["DBInstance"]
    name, source = new["DBInstanceIdentifier"], p["SourceDBInstanceIdentifier"]
    try:
        latest = _restorable(world)
        backups = world.ask("rds", "DescribeDBInstanceAutomatedBackups", DBInstanceIdentifier=source)
        described = _described(world, source)
        if not _is_backed_up(described) or not backups["DBInstanceAutomatedBackups"] or latest is None:
            raise ApiError("InvalidDBInstanceState", f"{source} has no automated backups to restore from", 400)
        moment = latest if p.get("UseLatestRestorableTime") else _time(p["RestoreTime"])
        if moment > latest:
            raise ApiError("InvalidParameterValue", f"RestoreTime is after the latest restorable time, {latest}", 400)
        _need_key(world, described.get("KmsKeyId"))
        ask_supervisor(world, "POST", f"restored/{name}", moment=moment.isoformat())
    except ApiError:
        _unmake(world, name)
        raise
    _made(world, new)


def delete_instance(world: World, answer: Answer) -> None:
    """The server and its files go with the record."""
    name = answer["DBInstance"]["DBInstanceIdentifier"]
    if _is_restored(world, name):
        ask_supervisor(world, "DELETE", f"restored/{name}")
        with world.state.lock:
            kept = world.state.records[(world.call.account, "restored_databases")]
            kept[:] = [record for record in kept if record["name"] != name]


def _made(world: World, new: Answer) -> None:
    """What moto copies from the source though a restore does not: protection, a standby, replicas."""
    p, name = world.call.parameters, new["DBInstanceIdentifier"]
    world.add("restored_databases", {"name": name})
    attributes: dict[str, Any] = {
        "deletion_protection": bool(p.get("DeletionProtection")),
        "multi_az": bool(p.get("MultiAZ")),
        "replicas": [],
        "tags": list(p.get("Tags") or []),
    }
    set_model(world.call.account, world.call.region, f"rds/databases/{name}", attributes)
    new |= {"DeletionProtection": attributes["deletion_protection"], "MultiAZ": attributes["multi_az"]}
    new["ReadReplicaDBInstanceIdentifiers"] = []
    new["TagList"] = attributes["tags"]
    _show(world, new, {"status": "creating"})


def _unmake(world: World, name: str) -> None:
    find_model(world.call.account, world.call.region, "rds/databases").pop(name, None)


def _show(world: World, instance: Answer, found: dict[str, Any]) -> None:
    instance["DBInstanceStatus"] = found["status"]
    instance.pop("LatestRestorableTime", None)
    instance.pop("Endpoint", None)
    if found["status"] == AVAILABLE and world.state.settings:
        instance["Endpoint"] = {"Address": world.state.settings.host, "Port": found["port"]}


def _is_restored(world: World, name: str) -> bool:
    return any(record["name"] == name for record in world.records("restored_databases"))


def _is_backed_up(instance: Answer) -> bool:
    return bool(instance.get("BackupRetentionPeriod")) and not instance.get("ReadReplicaSourceDBInstanceIdentifier")


def _described(world: World, name: str) -> Answer:
    found: Answer = world.ask("rds", "DescribeDBInstances", DBInstanceIdentifier=name)["DBInstances"][0]
    return found


def _need_key(world: World, key: str | None) -> None:
    """An encrypted backup can't be read without its key."""
    if key and world.ask("kms", "DescribeKey", KeyId=key)["KeyMetadata"]["KeyState"] != "Enabled":
        raise ApiError("KMSKeyNotAccessibleFault", f"The key {key} is not enabled", 400)


def _state(world: World) -> dict[str, Any]:
    if world.state.settings is None:
        return {}
    return _read(Path(world.state.settings.postgres.backup_folder) / STATE)


def _restorable(world: World) -> datetime | None:
    if world.state.settings is None:
        return None
    latest = _read(Path(world.state.settings.folder) / RESTORABLE).get("latest")
    # AWS tells whole seconds.
    return datetime.fromisoformat(latest).replace(microsecond=0) if latest else None


def _read(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    return found


def _time(value: Any) -> datetime:
    found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


DERIVED: dict[str, Derived] = {
    "rds.DescribeDBInstances": instances,
    "rds.DescribeDBSnapshots": snapshots,
    "rds.DescribeDBInstanceAutomatedBackups": automated_backups,
    "rds.CreateDBSnapshot": take_snapshot,
    "rds.DeleteDBSnapshot": drop_snapshot,
    "rds.RestoreDBInstanceFromDBSnapshot": restore_snapshot,
    "rds.RestoreDBInstanceToPointInTime": restore_moment,
    "rds.DeleteDBInstance": delete_instance,
}
