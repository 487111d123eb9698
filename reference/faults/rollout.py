"""Rollouts that are not over, went back, or lost an instance on the way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from reference.amending import amended
from reference.faults import fault
from reference.faults.images import CLUSTERS, definition_of, previous_digest, running_image, task_of

if TYPE_CHECKING:
    from reference.deployment import Deployment

API = "aws:aurastudio:ecs:service:api"


@fault(
    name="aura-rollout-in-progress",
    breaks="the rollout of the API hangs with one of its two tasks",
    fails=["AURA-5.2.2.1"],
    message=r"ECS service api: rollout is IN_PROGRESS.*ECS service api: running shortfall is 1",
    touches=[API],
)
def in_progress(deployment: Deployment) -> Iterator[None]:
    values = {
        "runningCount": 1,
        "pendingCount": 1,
        "deployments.0.runningCount": 1,
        "deployments.0.pendingCount": 1,
        "deployments.0.rolloutState": "IN_PROGRESS",
        "deployments.0.rolloutStateReason": "ECS deployment in progress.",
    }
    with amended(deployment, "aurastudio", "ecs", "services", values, {"serviceName": "api"}):
        yield


@fault(
    name="aura-rollout-two-deployments",
    breaks="the counts match, but the deployment before is still active beside the new one",
    fails=["AURA-5.2.2.1"],
    message=r"ECS service api: deployments is 2, .*Beside the primary one: aurastudio-api:1",
    touches=[API],
    hard=True,
)
def two_deployments(deployment: Deployment) -> Iterator[None]:
    ecs = deployment.aws("aurastudio", "ecs")
    service = ecs.describe_services(cluster=CLUSTERS["aurastudio"], services=["api"])["services"][0]
    primary = {key: _plain(value) for key, value in service["deployments"][0].items()}
    before = primary["taskDefinition"].rpartition(":")[0] + ":1"
    old = primary | {"id": "ecs-svc/1", "status": "ACTIVE", "taskDefinition": before, "runningCount": 0}
    values = {"deployments": [primary, old | {"desiredCount": 0, "pendingCount": 0}]}
    with amended(deployment, "aurastudio", "ecs", "services", values, {"serviceName": "api"}):
        yield


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"ago": f"{int((datetime.now(UTC) - value).total_seconds())}s"}
    return value


def _targets(deployment: Deployment, product: str, group: str) -> tuple[Any, str, list[dict[str, Any]]]:
    balancing = deployment.aws(product, "elbv2")
    arn = balancing.describe_target_groups(Names=[group])["TargetGroups"][0]["TargetGroupArn"]
    health = balancing.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
    return balancing, arn, sorted((h["Target"] for h in health), key=lambda t: str(t["Port"]))


@fault(
    name="aura-instance-fails-health-check",
    breaks="one of the API's instances fails the balancer's health check",
    fails=["AURA-5.2.2.2"],
    message=r"target group aurastudio-api: healthy is 50 percent.*Target\.FailedHealthChecks",
    touches=["aws:aurastudio:elbv2:group:api:targets", "edge:instances:aurastudio"],
)
def fails_health_check(deployment: Deployment) -> Iterator[None]:
    _, _, targets = _targets(deployment, "aurastudio", "aurastudio-api")
    values = {
        "TargetHealth.State": "unhealthy",
        "TargetHealth.Reason": "Target.FailedHealthChecks",
        "TargetHealth.Description": "Health checks failed",
    }
    where = {"Target.Port": targets[-1]["Port"]}
    with amended(deployment, "aurastudio", "elbv2", "TargetHealthDescriptions", values, where):
        yield


@fault(
    name="aura-instance-deregistered",
    breaks="all that is registered is healthy, since the failing instance was deregistered",
    fails=["AURA-5.2.2.2"],
    message=r"target group aurastudio-api: 1 targets are registered, ECS service api wants 2",
    touches=["aws:aurastudio:elbv2:group:api:targets", "edge:instances:aurastudio"],
    hard=True,
)
def deregistered(deployment: Deployment) -> Iterator[None]:
    balancing, arn, targets = _targets(deployment, "aurastudio", "aurastudio-api")
    gone = {key: targets[-1][key] for key in ("Id", "Port", "AvailabilityZone") if key in targets[-1]}
    balancing.deregister_targets(TargetGroupArn=arn, Targets=[gone])
    try:
        yield
    finally:
        balancing.register_targets(TargetGroupArn=arn, Targets=[gone])


@fault(
    name="sei-rollout-task-left-behind",
    breaks="one task still runs the digest of the release before",
    fails=["SEI-2.1.1.3.1"],
    message=r"of ECS service worker runs sha256:[0-9a-f]+, which the release's pipeline did not build",
    touches=["aws:seiketsu:ecs:service:worker"],
)
def task_left_behind(deployment: Deployment) -> Iterator[None]:
    values = {"containers.0.imageDigest": previous_digest(deployment, "seiketsu", "worker")}
    where = {"taskArn": task_of(deployment, "seiketsu", "worker")}
    with amended(deployment, "seiketsu", "ecs", "tasks", values, where):
        yield


@fault(
    name="sei-rollout-latest-restarted",
    breaks="the definition has the tag latest, so a task that was restarted carries another digest",
    fails=["SEI-2.1.1.3.1"],
    message=r"ECS service worker: image digests is 2.*the tag latest moves",
    touches=["aws:seiketsu:ecs:service:worker"],
    hard=True,
)
def latest_restarted(deployment: Deployment) -> Iterator[None]:
    image = definition_of(deployment, "seiketsu", "worker")["containerDefinitions"][0]["image"]
    latest = image.partition("@")[0].rpartition(":")[0] + ":latest"
    values = {"containers.0.imageDigest": previous_digest(deployment, "seiketsu", "worker")}
    where = {"taskArn": task_of(deployment, "seiketsu", "worker")}
    with ExitStack() as broken:
        broken.enter_context(amended(deployment, "seiketsu", "ecs", "tasks", values, where))
        broken.enter_context(running_image(deployment, "seiketsu", "worker", latest))
        yield


@fault(
    name="sei-rollout-asked-for-one",
    breaks="as many tasks run as are asked for, because only one is asked for any more",
    fails=["SEI-2.1.1.3.1"],
    message=r"ECS service web: running tasks is 1 tasks.*1 are asked for",
    touches=["aws:seiketsu:ecs:service:web"],
    hard=True,
)
def asked_for_one(deployment: Deployment) -> Iterator[None]:
    values = {
        "desiredCount": 1,
        "runningCount": 1,
        "pendingCount": 0,
        "deployments.0.desiredCount": 1,
        "deployments.0.runningCount": 1,
        "deployments.0.pendingCount": 0,
    }
    with amended(deployment, "seiketsu", "ecs", "services", values, {"serviceName": "web"}):
        yield
