"""ElastiCache snapshots with something in them: the controller saves a real RDB for each, and an export puts it into
a bucket. moto's snapshots are names only, and it has no CopySnapshot."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from reference.aws.calls import ApiError
from reference.aws.operations.failover import deployment
from reference.aws.operations.world import Answer, Derived, Own, World
from reference.redis_primary import snapshot_file


def describe(world: World, answer: Answer) -> None:
    """A snapshot is being created until it is saved; and each has the nodes that it was taken of, which moto leaves
    out."""
    settings = deployment()
    for snapshot in answer["Snapshots"]:
        if settings is None:
            continue
        path = snapshot_file(Path(settings.folder), world.call.account, snapshot["SnapshotName"])
        snapshot["SnapshotStatus"] = "available" if path.exists() else "creating"
        if path.exists():
            made = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            group = snapshot.get("ReplicationGroupId", "")
            node = {"CacheClusterId": f"{group}-003", "NodeGroupId": "0001", "SnapshotCreateTime": made}
            snapshot["NodeSnapshots"] = [{**node, "CacheSize": f"{path.stat().st_size} B"}]


def copy(world: World) -> Answer:
    """Exports to a bucket, as `NAME-0001.rdb`, when a target bucket is named. Raises ApiError."""
    given = world.call.parameters
    found = world.ask("elasticache", "DescribeSnapshots", SnapshotName=given["SourceSnapshotName"])["Snapshots"]
    if not found:
        raise ApiError("SnapshotNotFoundFault", f"Snapshot {given['SourceSnapshotName']} not found", 404)
    settings, bucket = deployment(), given.get("TargetBucket")
    if not bucket or settings is None:
        raise ApiError("InvalidParameterValue", "A snapshot can only be copied to a bucket here")
    path = snapshot_file(Path(settings.folder), world.call.account, given["SourceSnapshotName"])
    if not path.exists():
        raise ApiError("InvalidSnapshotState", f"Snapshot {given['SourceSnapshotName']} is not available")
    name = given["TargetSnapshotName"]
    try:
        world.ask("s3", "PutObject", Bucket=bucket, Key=f"{name}-0001.rdb", Body=path.read_bytes())
    except ApiError as error:
        raise ApiError("InvalidParameterValue", f"Elasticache was unable to write to {bucket}: {error}") from error
    return {"Snapshot": {**found[0], "SnapshotName": name, "SnapshotStatus": "exporting"}}


DERIVED: dict[str, Derived] = {"elasticache.DescribeSnapshots": describe}
OWN: dict[str, Own] = {"elasticache.CopySnapshot": copy}
