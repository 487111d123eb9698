"""Scaling that is bounded wrongly, held back, or only works one way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

AURA, SEI = "service/aurastudio/api", "service/seiketsu-production/api"
COUNT = "ecs:service:DesiredCount"
FREE = {"DynamicScalingInSuspended": False, "DynamicScalingOutSuspended": False, "ScheduledScalingSuspended": False}


@contextmanager
def _registered(
    deployment: Deployment, product: str, resource: str, values: dict[str, Any], before: dict[str, Any]
) -> Iterator[None]:
    scaling = deployment.aws(product, "application-autoscaling")
    target = {"ServiceNamespace": "ecs", "ResourceId": resource, "ScalableDimension": COUNT}
    scaling.register_scalable_target(**target, **values)
    try:
        yield
    finally:
        scaling.register_scalable_target(**target, **before)


@fault(
    name="aura-scaling-max-two",
    breaks="the API can't scale beyond its two tasks",
    fails=["AURA-5.1.1.4"],
    message=r"scaling of ECS service api: max tasks is 2",
    touches=["aws:aurastudio:scaling:api"],
)
def max_two(deployment: Deployment) -> Iterator[None]:
    with _registered(deployment, "aurastudio", AURA, {"MaxCapacity": 2}, {"MaxCapacity": 10}):
        yield


@fault(
    name="aura-scaling-out-suspended",
    breaks="the bounds are right, but scaling out is suspended",
    fails=["AURA-5.1.1.4"],
    message=r"scaling of ECS service api: DynamicScalingOutSuspended is true",
    touches=["aws:aurastudio:scaling:api"],
    hard=True,
)
def out_suspended(deployment: Deployment) -> Iterator[None]:
    held = {"SuspendedState": FREE | {"DynamicScalingOutSuspended": True}}
    with _registered(deployment, "aurastudio", AURA, held, {"SuspendedState": FREE}):
        yield


@fault(
    name="aura-scaling-alarm-disarmed",
    breaks="the alarm that should scale the API out does nothing when it goes off",
    fails=["AURA-5.1.1.4"],
    message=r"alarm TargetTracking-service/aurastudio/api-AlarmHigh-cpu .*actions disabled",
    touches=["aws:aurastudio:scaling:api"],
    hard=True,
)
def alarm_disarmed(deployment: Deployment) -> Iterator[None]:
    cloudwatch = deployment.aws("aurastudio", "cloudwatch")
    names = ["TargetTracking-service/aurastudio/api-AlarmHigh-cpu"]
    cloudwatch.disable_alarm_actions(AlarmNames=names)
    try:
        yield
    finally:
        cloudwatch.enable_alarm_actions(AlarmNames=names)


@fault(
    name="sei-scaling-max-four",
    breaks="the API scales to four tasks only",
    fails=["SEI-1.1.1.2.1"],
    message=r"scaling of ECS service api: max tasks is 4",
    touches=["aws:seiketsu:scaling:api"],
)
def max_four(deployment: Deployment) -> Iterator[None]:
    with _registered(deployment, "seiketsu", SEI, {"MaxCapacity": 4}, {"MaxCapacity": 40}):
        yield


@fault(
    name="sei-scaling-out-suspended",
    breaks="the bounds are right, but scaling out is suspended",
    fails=["SEI-1.1.1.2.1"],
    message=r"scaling of ECS service api: suspended flags is 1.*DynamicScalingOutSuspended",
    touches=["aws:seiketsu:scaling:api"],
    hard=True,
)
def sei_out_suspended(deployment: Deployment) -> Iterator[None]:
    held = {"SuspendedState": FREE | {"DynamicScalingOutSuspended": True}}
    with _registered(deployment, "seiketsu", SEI, held, {"SuspendedState": FREE}):
        yield


@fault(
    name="sei-scaling-never-in",
    breaks="both of the API's policies scale out and never in, so tasks only ever become more",
    fails=["SEI-1.1.1.2.1"],
    message=r"scaling of ECS service api: no working policy scales it in",
    touches=["aws:seiketsu:scaling:api"],
    hard=True,
)
def never_in(deployment: Deployment) -> Iterator[None]:
    scaling = deployment.aws("seiketsu", "application-autoscaling")
    found = scaling.describe_scaling_policies(ServiceNamespace="ecs", ResourceId=SEI)["ScalingPolicies"]
    keys = ("PolicyName", "ServiceNamespace", "ResourceId", "ScalableDimension", "PolicyType")
    tracking = "TargetTrackingScalingPolicyConfiguration"

    def put(disabled: bool) -> None:
        for policy in found:
            settings = {tracking: policy[tracking] | {"DisableScaleIn": disabled}}
            scaling.put_scaling_policy(**{key: policy[key] for key in keys}, **settings)

    put(disabled=True)
    try:
        yield
    finally:
        put(disabled=False)
