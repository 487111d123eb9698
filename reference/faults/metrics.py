"""Metrics that stopped, that only look alive, or that nobody sends for one task."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

from reference.amending import amended, distorted
from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

STUDIO, VOICE = "aurastudio", "seiketsu"
QUARTER, TWO_HOURS, LONG = 15 * 60, 2 * 3600, 8 * 3600
CLUSTER = "seiketsu-production"


@fault(
    name="aura-metrics-stopped",
    breaks="nothing publishes metrics any more, since a quarter of an hour",
    fails=["AURA-1.1.4.1", "AURA-10.3.1.4"],
    message={
        "AURA-1.1.4.1": r"CPUUtilization DBInstanceIdentifier=aurastudio: newest age is 1[4-9].* min, want <= 10",
        "AURA-10.3.1.4": r"AWS/RDS CPUUtilization DBInstanceIdentifier=aurastudio: newest report age is 1[4-9]",
    },
    touches=["aws:aurastudio:metrics"],
)
def metrics_stopped(deployment: Deployment) -> Iterator[None]:
    with ExitStack() as stack:
        for namespace in ("AWS/ECS", "AWS/RDS", "AWS/ElastiCache", "AWS/ApplicationELB"):
            stack.enter_context(distorted(deployment, STUDIO, f"{namespace}/*", "drop", since=QUARTER))
        yield


@fault(
    name="aura-metrics-of-another-cluster",
    breaks="what arrives as the workers' metrics is of the staging cluster",
    fails=["AURA-1.1.4.1", "AURA-1.1.4.5", "AURA-10.3.1.4"],
    message={
        "AURA-1.1.4.1": r"AWS/ECS CPUUtilization ClusterName=aurastudio ServiceName=worker has no point",
        "AURA-1.1.4.5": r"panel API of dashboard aurastudio-overview draws nothing for .*ServiceName=worker",
        "AURA-10.3.1.4": r"AWS/ECS CPUUtilization ClusterName=aurastudio ServiceName=worker has no point",
    },
    touches=["aws:aurastudio:metrics:AWS/ECS:worker", "aws:aurastudio:ecs:service:worker"],
    hard=True,
)
def metrics_of_another_cluster(deployment: Deployment) -> Iterator[None]:
    cloudwatch = deployment.aws(STUDIO, "cloudwatch")
    staging = [{"Name": "ClusterName", "Value": "aurastudio-staging"}, {"Name": "ServiceName", "Value": "worker"}]
    data = [{"MetricName": "CPUUtilization", "Dimensions": staging, "Value": 31.0, "Unit": "Percent"}]
    cloudwatch.put_metric_data(Namespace="AWS/ECS", MetricData=data)
    with distorted(deployment, STUDIO, "AWS/ECS/CPUUtilization?worker", "drop", since=LONG):
        yield


@fault(
    name="aura-metrics-listed-but-old",
    breaks="the replica's metrics are still listed, their last point is two hours old",
    fails=["AURA-1.1.4.1"],
    message=r"AWS/RDS CPUUtilization DBInstanceIdentifier=aurastudio-replica: newest age is 1[12]\d.* min",
    touches=["aws:aurastudio:metrics:AWS/RDS:replica"],
    hard=True,
)
def metrics_listed_but_old(deployment: Deployment) -> Iterator[None]:
    with distorted(deployment, STUDIO, "AWS/RDS/CPUUtilization?aurastudio-replica", "drop", since=TWO_HOURS):
        yield


def _task(deployment: Deployment, service: str) -> str:
    """The ARN of one of its tasks."""
    ecs = deployment.aws(VOICE, "ecs")
    return str(sorted(ecs.list_tasks(cluster=CLUSTER, serviceName=service)["taskArns"])[0])


@fault(
    name="sei-task-health-unknown",
    breaks="nobody knows how one of the web tasks is: it has no health",
    fails=["SEI-2.1.1.3.4"],
    message=r"web task [0-9a-f-]+: health is UNKNOWN, want HEALTHY",
    touches=["aws:seiketsu:ecs:task:web"],
    hard=True,
)
def task_health_unknown(deployment: Deployment) -> Iterator[None]:
    where = {"taskArn": _task(deployment, "web")}
    with amended(deployment, VOICE, "ecs", "tasks", {"healthStatus": "UNKNOWN"}, where):
        yield


@fault(
    name="sei-task-metrics-silent",
    breaks="one worker stopped reporting ten minutes ago; the service's average goes on",
    fails=["SEI-2.1.1.3.4"],
    message=r"worker task [0-9a-f-]+: TaskCpuUtilization: metric age is .* min, want <= 2 min",
    touches=["aws:seiketsu:metrics:ECS/ContainerInsights:worker"],
    hard=True,
)
def task_metrics_silent(deployment: Deployment) -> Iterator[None]:
    task = _task(deployment, "worker").rpartition("/")[2]
    with distorted(deployment, VOICE, f"ECS/ContainerInsights/Task*?{task}", "drop", since=600):
        yield
