"""Scaling that is configured and does not do what it says: no policy, no room, no way back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from reference.amending import amended
from reference.faults import fault
from reference.faults.traffic import group_of

if TYPE_CHECKING:
    from reference.deployment import Deployment

AURA, SEI = "service/aurastudio/api", "service/seiketsu-production/api"
WORKER = "service/seiketsu-production/worker"
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


@fault(
    name="sei-scaling-minimum-one",
    breaks="at night one task of the API is thought to be enough",
    fails=["SEI-5.1.2.1.2", "SEI-1.1.1.2.1"],
    message={
        "SEI-5.1.2.1.2": r"scaling of ECS service api, its minimum: resting tasks is 1",
        "SEI-1.1.1.2.1": r"scaling of ECS service api: min tasks is 1",
    },
    touches=["aws:seiketsu:scaling:api"],
)
def minimum_one(deployment: Deployment) -> Iterator[None]:
    scaling = deployment.aws("seiketsu", "application-autoscaling")
    target = {"ServiceNamespace": "ecs", "ResourceId": SEI, "ScalableDimension": "ecs:service:DesiredCount"}
    scaling.register_scalable_target(**target, MinCapacity=1)
    try:
        yield
    finally:
        scaling.register_scalable_target(**target, MinCapacity=2)


@fault(
    name="sei-scaling-worker-without-policy",
    breaks="the API scales, the workers behind its queues do not",
    fails=["SEI-5.1.2.1.2", "SEI-1.1.1.2.1"],
    message={
        "SEI-5.1.2.1.2": r"scaling of ECS service worker: has no policy at all",
        "SEI-1.1.1.2.1": r"scaling of ECS service worker: scaling policies is 0",
    },
    touches=["aws:seiketsu:scaling:worker"],
    hard=True,
)
def worker_without_policy(deployment: Deployment) -> Iterator[None]:
    with without_policies(deployment, "seiketsu", WORKER):
        yield


@fault(
    name="sei-scaling-subnets-full",
    breaks="the subnets of the tasks have ten addresses left each, for up to 114 more tasks",
    fails=["SEI-5.1.2.1.2"],
    message=r"the subnets of api, worker, web have \d\d free addresses, and 114 more tasks may be asked for",
    touches=["aws:seiketsu:ec2:subnets:addresses"],
    hard=True,
)
def subnets_full(deployment: Deployment) -> Iterator[None]:
    with amended(deployment, "seiketsu", "ec2", "Subnets", {"AvailableIpAddressCount": 10}):
        yield


@fault(
    name="sei-scaling-no-room-for-a-third",
    breaks="more tasks are asked for, and they wait for capacity that there is not",
    fails=["SEI-5.1.2.1.2"],
    message=r"cycle 1: scaling of ECS service api: .*2 running, [12] pending",
    touches=["fleet:seiketsu"],
    hard=True,
)
def no_room_for_a_third(deployment: Deployment) -> Iterator[None]:
    deployment.fleet.unplaceable.add("seiketsu")
    try:
        yield
    finally:
        deployment.fleet.unplaceable.discard("seiketsu")


HIGH_REQUESTS = "TargetTracking-service/seiketsu-production/api-AlarmHigh-requests"
ALARM = (
    "AlarmName", "ActionsEnabled", "AlarmActions", "MetricName", "Namespace", "Statistic", "Dimensions", "Period",
    "EvaluationPeriods", "Threshold", "ComparisonOperator",
)  # fmt: skip


@contextmanager
def _alarm_of_requests(deployment: Deployment, changes: dict[str, Any]) -> Iterator[None]:
    """Inside the block the alarm on requests a task is another one."""
    cloudwatch = deployment.aws("seiketsu", "cloudwatch")
    alarm = cloudwatch.describe_alarms(AlarmNames=[HIGH_REQUESTS])["MetricAlarms"][0]
    before = {key: alarm[key] for key in ALARM}
    cloudwatch.put_metric_alarm(**{**before, **changes})
    try:
        yield
    finally:
        cloudwatch.put_metric_alarm(**before)
        cloudwatch.set_alarm_state(AlarmName=HIGH_REQUESTS, StateValue="OK", StateReason="Made anew")


@fault(
    name="sei-surge-alarm-detached",
    breaks="the alarm on requests goes off, and leads to no policy any more",
    fails=["SEI-2.1.1.3.3", "SEI-1.1.1.2.1"],
    message={
        "SEI-2.1.1.3.3": r"scaling of ECS service api under load: alarm \S+-requests went off .* no task more became",
        "SEI-1.1.1.2.1": r"alarm \S+-AlarmHigh-requests",
    },
    touches=["aws:seiketsu:scaling:api"],
)
def alarm_detached(deployment: Deployment) -> Iterator[None]:
    with _alarm_of_requests(deployment, {"AlarmActions": []}):
        yield


@fault(
    name="sei-surge-alarm-blind",
    breaks="the alarm on requests has a dimension that its metric has not, so it never sees a point",
    fails=["SEI-2.1.1.3.3"],
    message=r"scaling of ECS service api under load: alarm \S+-AlarmHigh-requests sees no data",
    touches=["aws:seiketsu:scaling:api"],
    hard=True,
)
def alarm_blind(deployment: Deployment) -> Iterator[None]:
    with _alarm_of_requests(deployment, {"Dimensions": [{"Name": "service", "Value": "api"}]}):
        yield


@fault(
    name="sei-surge-calls-cut",
    breaks="a task that goes gives its open calls no time: the balancer drains for no second",
    fails=["SEI-2.1.1.3.3"],
    message=r"scaling of ECS service api under load: dropped sockets is \d+.*a call at \S+ after",
    touches=["aws:seiketsu:elbv2:group:api:attributes"],
    hard=True,
)
def calls_cut(deployment: Deployment) -> Iterator[None]:
    balancing = deployment.aws("seiketsu", "elbv2")
    arn = group_of(balancing, "api")
    name = "deregistration_delay.timeout_seconds"
    attributes = balancing.describe_target_group_attributes(TargetGroupArn=arn)["Attributes"]
    before = next(a["Value"] for a in attributes if a["Key"] == name)
    balancing.modify_target_group_attributes(TargetGroupArn=arn, Attributes=[{"Key": name, "Value": "0"}])
    try:
        yield
    finally:
        balancing.modify_target_group_attributes(TargetGroupArn=arn, Attributes=[{"Key": name, "Value": before}])
