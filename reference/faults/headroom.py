"""Components that run full while the average of their service looks well."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.amending import distorted
from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, CLUSTER, LONG = "seiketsu", "seiketsu-production", 8 * 3600


def _task(deployment: Deployment, service: str) -> str:
    ecs = deployment.aws(PRODUCT, "ecs")
    return str(sorted(ecs.list_tasks(cluster=CLUSTER, serviceName=service)["taskArns"])[0]).rpartition("/")[2]


@fault(
    name="sei-worker-memory-full",
    breaks="one worker runs at 95 percent of its memory",
    fails=["SEI-3.1.1.3.3"],
    message=r"worker task [0-9a-f-]+: memory is 95 percent, want < 85",
    touches=["aws:seiketsu:metrics:ECS/ContainerInsights:worker:memory"],
)
def worker_memory_full(deployment: Deployment) -> Iterator[None]:
    pattern = f"ECS/ContainerInsights/TaskMemoryUtilization?{_task(deployment, 'worker')}"
    with distorted(deployment, PRODUCT, pattern, "set", value=95, since=LONG):
        yield


@fault(
    name="sei-one-task-cpu-full",
    breaks="one of the API's tasks is at 99 percent of its processor; the service's average says 40",
    fails=["SEI-3.1.1.3.3"],
    message=r"api task [0-9a-f-]+: cpu is 99 percent, want < 85",
    touches=["aws:seiketsu:metrics:ECS/ContainerInsights:api:cpu"],
    hard=True,
)
def one_task_cpu_full(deployment: Deployment) -> Iterator[None]:
    pattern = f"ECS/ContainerInsights/TaskCpuUtilization?{_task(deployment, 'api')}"
    with distorted(deployment, PRODUCT, pattern, "set", value=99, since=LONG):
        yield


@fault(
    name="sei-cache-node-unseen",
    breaks="one node of the cache has not reported its memory since hours, so nobody knows whether it is full",
    fails=["SEI-3.1.1.3.3"],
    message=r"cache node seiketsu-production-002: no data of .*DatabaseMemoryUsagePercentage",
    touches=["aws:seiketsu:metrics:AWS/ElastiCache:002"],
    hard=True,
)
def cache_node_unseen(deployment: Deployment) -> Iterator[None]:
    pattern = "AWS/ElastiCache/DatabaseMemoryUsagePercentage?*-002"
    with distorted(deployment, PRODUCT, pattern, "drop", since=LONG):
        yield
