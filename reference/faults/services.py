"""Services that are down, or up only at this moment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.amending import amended
from reference.faults import fault
from reference.faults.images import task_of

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT = "seiketsu"
TOUCHES = ["aws:seiketsu:ecs:service:worker"]


@fault(
    name="sei-services-worker-stopped",
    breaks="no task of the worker service runs",
    fails=["SEI-3.1.1.1.1", "SEI-2.1.1.3.1"],
    message={
        "SEI-3.1.1.1.1": r"ECS service worker: missing tasks is 2 tasks.*Not right: worker",
        "SEI-2.1.1.3.1": r"ECS service worker: missing tasks is",
    },
    touches=TOUCHES,
)
def worker_stopped(deployment: Deployment) -> Iterator[None]:
    values = {"runningCount": 0, "pendingCount": 2, "deployments.0.runningCount": 0, "deployments.0.pendingCount": 2}
    with amended(deployment, PRODUCT, "ecs", "services", values, {"serviceName": "worker"}):
        yield


@fault(
    name="sei-services-crash-loop",
    breaks="a worker crashes and is started again and again; it runs at this moment",
    fails=["SEI-3.1.1.1.1"],
    message=r"ECS service worker: restarts is 1.*started at .* and nothing ordered it",
    touches=TOUCHES,
    hard=True,
)
def crash_loop(deployment: Deployment) -> Iterator[None]:
    values = {"startedAt": {"ago": "40s"}, "createdAt": {"ago": "70s"}}
    where = {"taskArn": task_of(deployment, PRODUCT, "worker")}
    with amended(deployment, PRODUCT, "ecs", "tasks", values, where):
        yield
