"""Scaling that is configured and does not do what it says: no policy, no room, no way back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

AURA = "service/aurastudio/api"
KEYS = ("PolicyName", "ServiceNamespace", "ResourceId", "ScalableDimension")
TRACKING = "TargetTrackingScalingPolicyConfiguration"


@contextmanager
def without_policies(deployment: Deployment, product: str, resource: str) -> Iterator[None]:
    """Inside the block a service has no scaling policies."""
    scaling, found = deployment.aws(product, "application-autoscaling"), policies_of(deployment, product, resource)
    for policy in found:
        scaling.delete_scaling_policy(**{key: policy[key] for key in KEYS})
    try:
        yield
    finally:
        for policy in found:
            put(scaling, policy, {})


def policies_of(deployment: Deployment, product: str, resource: str) -> list[dict[str, Any]]:
    """The scaling policies of a service, as DescribeScalingPolicies gives them."""
    scaling = deployment.aws(product, "application-autoscaling")
    return list(scaling.describe_scaling_policies(ServiceNamespace="ecs", ResourceId=resource)["ScalingPolicies"])


def put(scaling: Any, policy: dict[str, Any], changes: dict[str, Any]) -> None:
    """Put a target tracking policy as it was, with changes of its configuration."""
    settings = {TRACKING: policy[TRACKING] | changes}
    scaling.put_scaling_policy(**{key: policy[key] for key in (*KEYS, "PolicyType")}, **settings)


@fault(
    name="aura-scaling-policies-deleted",
    breaks="the alarms of the API's scaling are there, the policies that they set off are not",
    fails=["AURA-5.2.2.4", "AURA-5.1.1.4"],
    message={
        "AURA-5.2.2.4": r"scaling of ECS service api: no policy of it has an alarm that asks for more tasks",
        "AURA-5.1.1.4": r"scaling of ECS service api: active policies is 0",
    },
    touches=["aws:aurastudio:scaling:api"],
)
def policies_deleted(deployment: Deployment) -> Iterator[None]:
    with without_policies(deployment, "aurastudio", AURA):
        yield


@fault(
    name="aura-scaling-without-capacity",
    breaks="more tasks are asked for, and there is nothing left for them to run on",
    fails=["AURA-5.2.2.4"],
    message=r"scaling of ECS service api: 3 tasks were asked for, and the new ones never became healthy.*1 pending",
    touches=["fleet:aurastudio"],
    hard=True,
)
def without_capacity(deployment: Deployment) -> Iterator[None]:
    deployment.fleet.unplaceable.add("aurastudio")
    try:
        yield
    finally:
        deployment.fleet.unplaceable.discard("aurastudio")


@fault(
    name="aura-scaling-never-in",
    breaks="both of the API's policies are told not to scale in, so each busy hour's tasks stay",
    fails=["AURA-5.2.2.4", "AURA-5.1.1.4"],
    message={
        "AURA-5.2.2.4": r"scaling of ECS service api: alarm \S+-AlarmLow-\w+ was in ALARM, and it was not scaled in",
        "AURA-5.1.1.4": r"scaling of ECS service api: no working policy scales it in",
    },
    touches=["aws:aurastudio:scaling:api"],
    hard=True,
)
def never_in(deployment: Deployment) -> Iterator[None]:
    scaling, found = (
        deployment.aws("aurastudio", "application-autoscaling"),
        policies_of(deployment, "aurastudio", AURA),
    )
    for policy in found:
        put(scaling, policy, {"DisableScaleIn": True})
    try:
        yield
    finally:
        for policy in found:
            put(scaling, policy, {"DisableScaleIn": False})
