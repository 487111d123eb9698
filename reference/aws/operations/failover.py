"""ElastiCache failover: moto has no events and no failover; the nodes' roles change here, the processes are the
controller's."""

from __future__ import annotations

from datetime import UTC, datetime

from reference.aws.operations.world import Answer, Derived, Own, World

SHARED = (
    "Engine",
    "CacheNodeType",
    "AtRestEncryptionEnabled",
    "TransitEncryptionEnabled",
    "AuthTokenEnabled",
    "SnapshotRetentionLimit",
    "SnapshotWindow",
)


def test_failover(world: World) -> Answer:
    """Records the request as an ElastiCache event; the reference's Sentinels do the real one."""
    group = world.call.parameters["ReplicationGroupId"]
    answer = world.ask("elasticache", "DescribeReplicationGroups", ReplicationGroupId=group)
    message = f"Test Failover API called for node group {world.call.parameters.get('NodeGroupId', '0001')}"
    world.add(
        "cache_events",
        {
            "SourceIdentifier": group,
            "SourceType": "replication-group",
            "Message": message,
            "Date": datetime.now(UTC),
            "region": world.call.region,
        },
    )
    return {"ReplicationGroup": answer["ReplicationGroups"][0]}


def clusters(world: World, answer: Answer) -> None:
    """The nodes of replication groups are cache clusters too; moto keeps them apart."""
    known = {cluster["CacheClusterId"] for cluster in answer["CacheClusters"]}
    wanted = world.call.parameters.get("CacheClusterId")
    for group in world.ask("elasticache", "DescribeReplicationGroups")["ReplicationGroups"]:
        for member in [m for node in group.get("NodeGroups", []) for m in node.get("NodeGroupMembers", [])]:
            if member["CacheClusterId"] in known or wanted not in (None, member["CacheClusterId"]):
                continue
            answer["CacheClusters"].append(
                {
                    "CacheClusterId": member["CacheClusterId"],
                    "CacheClusterStatus": group["Status"],
                    "ReplicationGroupId": group["ReplicationGroupId"],
                    "PreferredAvailabilityZone": member["PreferredAvailabilityZone"],
                    "NumCacheNodes": 1,
                    **{name: group[name] for name in SHARED if name in group},
                }
            )


DERIVED: dict[str, Derived] = {"elasticache.DescribeCacheClusters": clusters}
OWN: dict[str, Own] = {"elasticache.TestFailover": test_failover}
