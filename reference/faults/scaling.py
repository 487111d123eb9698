"""Scaling that is bounded wrongly, held back, or only works one way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from reference.amending import amended, recorded
from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

AURA, SEI = "service/aurastudio/api", "service/seiketsu-production/api"
COUNT = "ecs:service:DesiredCount"
FREE = {"DynamicScalingInSuspended": False, "DynamicScalingOutSuspended": False, "ScheduledScalingSuspended": False}


@contextmanager
def registered(
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
    with registered(deployment, "aurastudio", AURA, {"MaxCapacity": 2}, {"MaxCapacity": 10}):
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
    with registered(deployment, "aurastudio", AURA, held, {"SuspendedState": FREE}):
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
    fails=["SEI-1.1.1.2.1", "SEI-1.1.1.1.2"],
    message={
        "SEI-1.1.1.2.1": r"scaling of ECS service api: max tasks is 4",
        "SEI-1.1.1.1.2": r"scaling of ECS service api: planned tasks is 4",
    },
    touches=["aws:seiketsu:scaling:api"],
)
def max_four(deployment: Deployment) -> Iterator[None]:
    with registered(deployment, "seiketsu", SEI, {"MaxCapacity": 4}, {"MaxCapacity": 40}):
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
    with registered(deployment, "seiketsu", SEI, held, {"SuspendedState": FREE}):
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


@fault(
    name="sei-scaling-fails",
    breaks="the API's last attempt to scale out failed",
    fails=["SEI-3.1.1.1.2"],
    message=r"scaling of ECS service api: failed activities is 1.*Failed: .*capacity",
    touches=["aws:seiketsu:scaling:activities"],
)
def scaling_fails(deployment: Deployment) -> Iterator[None]:
    record = {
        "ActivityId": "failed-to-scale",
        "ServiceNamespace": "ecs",
        "ResourceId": SEI,
        "ScalableDimension": COUNT,
        "Description": "Setting desired count to 3.",
        "Cause": "monitor alarm in state ALARM triggered policy",
        "StartTime": {"ago": "40m"},
        "EndTime": {"ago": "39m"},
        "StatusCode": "Failed",
        "StatusMessage": "Failed to set desired count to 3. Reason: no capacity is available.",
    }
    with recorded(deployment, "seiketsu", "scaling_activities", record, "ActivityId"):
        yield


@fault(
    name="sei-scaling-never-tried",
    breaks="the alarm has been in ALARM for half an hour, and nothing was tried since scaling out is suspended",
    fails=["SEI-3.1.1.1.2", "SEI-1.1.1.2.1"],
    message={
        "SEI-3.1.1.1.2": r"scaling of ECS service api: action delay is \d\d.* DynamicScalingOutSuspended",
        "SEI-1.1.1.2.1": r"scaling of ECS service api: suspended flags is 1",
    },
    touches=["aws:seiketsu:scaling:api", "aws:seiketsu:scaling:activities"],
    hard=True,
)
def never_tried(deployment: Deployment) -> Iterator[None]:
    alarm = "TargetTracking-service/seiketsu-production/api-AlarmHigh-cpu"
    held = {"SuspendedState": FREE | {"DynamicScalingOutSuspended": True}}
    change = {
        "AlarmName": alarm,
        "AlarmType": "MetricAlarm",
        "HistoryItemType": "StateUpdate",
        "Timestamp": {"ago": "30m"},
        "HistorySummary": "Alarm updated from OK to ALARM",
        "HistoryData": "never tried",
    }
    state = {"StateValue": "ALARM", "StateUpdatedTimestamp": {"ago": "30m"}}
    with (
        registered(deployment, "seiketsu", SEI, held, {"SuspendedState": FREE}),
        recorded(deployment, "seiketsu", "alarm_history", change, "HistoryData"),
        amended(deployment, "seiketsu", "cloudwatch", "MetricAlarms", state, {"AlarmName": alarm}),
    ):
        yield
