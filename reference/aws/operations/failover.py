"""ElastiCache failover: moto has no events and no failover; the nodes' roles change here, the processes are the controller's."""

from __future__ import annotations

from datetime import UTC, datetime

from reference.aws.operations.world import Answer, Own, World


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


OWN: dict[str, Own] = {"elasticache.TestFailover": test_failover}
