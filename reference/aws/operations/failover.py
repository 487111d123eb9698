"""ElastiCache over real Redis processes: who is primary, failovers and the nodes' listing, none of which moto has.

The Sentinels say who is primary; a test of a failover makes the supervisor take the primary's process away.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from functools import cache

import httpx
import redis

from reference.aws.calls import ApiError
from reference.aws.operations.world import Answer, Derived, Own, World
from reference.redis_primary import primary_port
from reference.settings import ENVIRONMENT_NAME, Settings

SHARED = (
    "Engine",
    "CacheNodeType",
    "AtRestEncryptionEnabled",
    "TransitEncryptionEnabled",
    "AuthTokenEnabled",
    "SnapshotRetentionLimit",
    "SnapshotWindow",
)


@cache
def deployment() -> Settings | None:
    """The settings of the deployment that this account is part of; None for an account that stands alone."""
    return Settings.load() if ENVIRONMENT_NAME in os.environ else None


def test_failover(world: World) -> Answer:
    """Has the primary's process taken away, and records the event."""
    group = world.call.parameters["ReplicationGroupId"]
    answer = world.ask("elasticache", "DescribeReplicationGroups", ReplicationGroupId=group)
    if settings := deployment():
        headers = {"Authorization": f"Bearer {settings.control_token}"}
        done = httpx.post(f"{settings.control_url}/redis/failover", headers=headers, timeout=20, trust_env=False)
        if done.is_error:
            raise ApiError("InvalidReplicationGroupState", f"the failover did not begin: {done.text[:200]}")
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


def roles(_: World, answer: Answer) -> None:
    """Who is primary is for the Sentinels to say, not for the data that the account was built from."""
    if (settings := deployment()) is None:
        return
    known = settings.redis
    try:
        primary = primary_port([node.port for node in known.sentinels], known.sentinel_password, known.primary_name)
    except redis.RedisError:
        return
    ports = [node.port for node in known.nodes]
    for group in answer["ReplicationGroups"]:
        members = [member for node in group.get("NodeGroups", []) for member in node.get("NodeGroupMembers", [])]
        for member, port in zip(sorted(members, key=lambda m: str(m["CacheClusterId"])), ports, strict=False):
            member["CurrentRole"] = "primary" if port == primary else "replica"


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


DERIVED: dict[str, Derived] = {
    "elasticache.DescribeCacheClusters": clusters,
    "elasticache.DescribeReplicationGroups": roles,
}
OWN: dict[str, Own] = {"elasticache.TestFailover": test_failover}
