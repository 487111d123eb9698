"""Application Auto Scaling at work: an alarm that went off sets its policy off, the policy sets how many tasks run.

What it goes by is what the account says now: the alarms in ALARM with their actions, the policies, the bounds, what is
suspended, the cooldowns. A step is one task: the reference has places for few. Each change is recorded as an activity,
and is done when as many tasks run. What has scaled once follows the desired count from then on, whoever sets it.
Source: Application Auto Scaling, Target tracking scaling policies; AWS API, ScalingActivity.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import count
from typing import Any

from reference.aws.changes import Followed
from reference.clients import aws_client
from reference.overlaying import Overlays
from reference.placing import Placing
from reference.settings import Settings

COUNT = "ecs:service:DesiredCount"
_ACTION = re.compile(r":scalingPolicy:.*:resource/ecs/(?P<resource>service/[^:]+):policyName/(?P<policy>.+)$")
_TRACKING = "TargetTrackingScalingPolicyConfiguration"
LONGEST = 60.0
"""Seconds after which an activity whose tasks do not run has failed."""


@dataclass(frozen=True)
class Order:
    """A policy that was set off. `step`: tasks more, or fewer. `cooldown` in seconds."""

    alarm: str
    policy: str
    step: int
    cooldown: float


@dataclass
class Activity:
    """A change that is under way or was the last one. `began`: time.monotonic()."""

    id: str
    wanted: int
    step: int
    began: float
    over: bool = False

    def waited_for(self, step: int) -> bool:
        """Whether a step the same way has to wait for the end of this one."""
        return not self.over and (step > 0) == (self.step > 0)


@dataclass
class Autoscaling:
    """One for all turns; a turn is made for each product apart."""

    settings: Settings
    overlays: Overlays
    placing: Placing
    accounts: Followed
    last: dict[tuple[str, str], Activity] = field(default_factory=dict)
    """(product, resource) to its last activity."""
    numbers: Any = field(default_factory=lambda: count(1))

    def turn(self, product: str) -> None:
        """Follow the alarms, and bring the tasks to what was asked. Raises httpx.HTTPError, botocore errors."""
        firing = self.accounts.read(("firing", product), partial(self._firing, product))
        # Alarms that ask for fewer are in ALARM all the time at rest: then there is nothing to take away.
        asked = any(_asks_for_more(alarm) for alarms in firing.values() for alarm in alarms)
        if asked or (firing and self.placing.busy(product)):
            self._follow(product, firing)
        for (owner, resource), activity in list(self.last.items()):
            if owner == product:
                running = self.placing.bring(product, resource, self._desired(product, resource))
                self._conclude(product, activity, running)

    def _desired(self, product: str, resource: str) -> int:
        _, cluster, service = resource.split("/")
        ecs = aws_client(self.settings, product, "ecs")
        return int(ecs.describe_services(cluster=cluster, services=[service])["services"][0]["desiredCount"])

    def _firing(self, product: str) -> dict[str, list[dict[str, Any]]]:
        """Resource to the alarms in ALARM whose action is one of its policies."""
        cloudwatch = aws_client(self.settings, product, "cloudwatch")
        found: dict[str, list[dict[str, Any]]] = {}
        for alarm in cloudwatch.describe_alarms(StateValue="ALARM", MaxRecords=100)["MetricAlarms"]:
            for action in alarm.get("AlarmActions", []) if alarm.get("ActionsEnabled") else []:
                if known := _ACTION.search(action):
                    found.setdefault(known["resource"], []).append({**alarm, "policy": known["policy"]})
        return found

    def _follow(self, product: str, firing: dict[str, list[dict[str, Any]]]) -> None:
        scaling = aws_client(self.settings, product, "application-autoscaling")
        targets = scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"]
        policies = scaling.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"]
        for target in targets:
            resource = target["ResourceId"]
            own = {p["PolicyName"]: p for p in policies if p["ResourceId"] == resource}
            orders = [
                order
                for alarm in firing.get(resource, [])
                if alarm["policy"] in own and (order := ordered(alarm, own[alarm["policy"]], target))
            ]
            if orders:
                self._obey(product, target, max(orders, key=lambda o: o.step))

    def _obey(self, product: str, target: dict[str, Any], order: Order) -> None:
        """Take the step, unless the last one is too near or a bound is in the way."""
        resource = target["ResourceId"]
        _, cluster, service = resource.split("/")
        last = self.last.get((product, resource))
        if last and (last.waited_for(order.step) or time.monotonic() - last.began < order.cooldown):
            return
        ecs, desired = aws_client(self.settings, product, "ecs"), self._desired(product, resource)
        wanted = min(max(desired + order.step, target["MinCapacity"]), target["MaxCapacity"])
        if wanted == desired:
            return
        ecs.update_service(cluster=cluster, service=service, desiredCount=wanted)
        activity = Activity(f"scaling-{next(self.numbers)}-{time.time_ns()}", wanted, order.step, time.monotonic())
        self.last[product, resource] = activity
        record = {
            "ActivityId": activity.id,
            "ServiceNamespace": "ecs",
            "ResourceId": resource,
            "ScalableDimension": COUNT,
            "Description": f"Setting desired count to {wanted}.",
            "Cause": f"monitor alarm {order.alarm} in state ALARM triggered policy {order.policy}",
            "StartTime": _now(),
            "StatusCode": "InProgress",
            "StatusMessage": f"Successfully set desired count to {wanted}. Waiting for change to be fulfilled by ecs.",
        }
        self.overlays.record(product, "scaling_activities", record)
        print(f"{product} {resource}: {desired} to {wanted} tasks, since {order.alarm} went off", flush=True)

    def _conclude(self, product: str, activity: Activity, running: int) -> None:
        """Say that an activity is done, or that it failed."""
        if activity.over:
            return
        if running == activity.wanted:
            status = "Successful"
            message = f"Successfully set desired count to {running}. Change successfully fulfilled by ecs."
        elif time.monotonic() - activity.began > LONGEST:
            status, message = "Failed", f"{activity.wanted} tasks were asked for, {running} run"
        else:
            return
        activity.over = True
        values = {"StatusCode": status, "StatusMessage": message, "EndTime": _now()}
        self.overlays.correct(product, "scaling_activities", {"ActivityId": activity.id}, values)


def ordered(alarm: dict[str, Any], policy: dict[str, Any], target: dict[str, Any]) -> Order | None:
    """What an alarm orders by its policy; None: nothing, as that way is suspended or the policy does not go it."""
    tracking, held = policy.get(_TRACKING) or {}, target.get("SuspendedState") or {}
    out = _asks_for_more(alarm)
    if held.get("DynamicScalingOutSuspended" if out else "DynamicScalingInSuspended"):
        return None
    if not out and tracking.get("DisableScaleIn"):
        return None
    cooldown = tracking.get("ScaleOutCooldown" if out else "ScaleInCooldown", 300)
    return Order(alarm["AlarmName"], policy["PolicyName"], 1 if out else -1, float(cooldown))


def _asks_for_more(alarm: dict[str, Any]) -> bool:
    return str(alarm["ComparisonOperator"]).startswith("Greater")


def _now() -> dict[str, str]:
    return {"at": datetime.now(UTC).isoformat()}
