"""Metrics of what is deployed arrive: of this deployment's own things, and now."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fixtures.aws.account import Account
from fixtures.aws.balancing import LoadBalancer, TargetGroup
from fixtures.aws.ecs import Cluster
from fixtures.aws.elasticache import ReplicationGroup
from fixtures.aws.rds import Database
from fixtures.metrics.arrivals import Metric, newest_points
from golive import clock
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies
from tests.judges.arrivals import minutes

WINDOW = timedelta(hours=3)
"""How far back is looked, to tell a series that stopped from one that never was."""


@verifies("AURA-1.1.4.1")
@pytest.mark.smoke
def test_metrics_of_every_resource_arrive(
    line: Line,
    aws: Account,
    ecs: Cluster,
    load_balancer: LoadBalancer,
    rds: Database,
    elasticache: ReplicationGroup,
) -> None:
    wanted = [
        *(Metric.of("AWS/ECS", "CPUUtilization", ClusterName=ecs.name, ServiceName=s.name) for s in ecs.services),
        *(_hosts(load_balancer, group) for group in load_balancer.target_groups),
        *(
            Metric.of("AWS/RDS", "CPUUtilization", DBInstanceIdentifier=i.name)
            for i in [rds.writer, *rds.replicas.or_none()]
        ),
        *(Metric.of("AWS/ElastiCache", "CPUUtilization", CacheClusterId=member) for member in elasticache.members),
    ]
    daily = [
        Metric.of("AWS/S3", "BucketSizeBytes", BucketName=name, StorageType="StandardStorage")
        for name in aws.settings.buckets.values()
    ]
    now = clock.now()
    problems: list[str | None] = []
    silent = []
    found = newest_points(aws, wanted, WINDOW) | newest_points(aws, daily, timedelta(days=4))
    for metric, at in found.items():
        if at is None:
            silent.append(f"{metric} has no point")
            continue
        slow = metric.namespace == "AWS/S3"
        age, hint = now - at, "Is it the agent or the service that stopped reporting?"
        limit = line.limit("s3_newest_age" if slow else "newest_age")
        problems.append(
            limit.problem(
                round(age / timedelta(hours=1 if slow else 0, minutes=0 if slow else 1), 1), of=metric, hint=hint
            )
        )
    hint = f"{'; '.join(silent)} (looked back {minutes(WINDOW)}). Do they report under another name or cluster?"
    conclude([*problems, line.limit("silent_series").problem(len(silent), of=aws, hint=hint if silent else "")])


def _hosts(balancer: LoadBalancer, group: TargetGroup) -> Metric:
    """What a balancer reports without any traffic."""
    dimensions = {"LoadBalancer": balancer.dimension, "TargetGroup": group.arn.rpartition(":")[2]}
    return Metric.of("AWS/ApplicationELB", "HealthyHostCount", **dimensions)
