"""The state of an alarm by its points, and what an alarm orders of a service."""

from __future__ import annotations

from typing import Any

import pytest

from reference.alarming import state_of
from reference.autoscaling import ordered

ALARM: dict[str, Any] = {
    "AlarmName": "busy", "EvaluationPeriods": 2, "Threshold": 10.0, "ComparisonOperator": "GreaterThanThreshold",
}  # fmt: skip
POLICY: dict[str, Any] = {
    "PolicyName": "p", "TargetTrackingScalingPolicyConfiguration": {"ScaleOutCooldown": 3, "ScaleInCooldown": 4},
}  # fmt: skip


@pytest.mark.parametrize(
    ("values", "state"),
    [([11, 12], "ALARM"), ([11, 10], "OK"), ([9, 9], "OK"), ([11], "INSUFFICIENT_DATA"), ([], "INSUFFICIENT_DATA")],
)
def test_all_points_have_to_breach(values: list[float], state: str) -> None:
    assert state_of(values, ALARM)[0] == state


def test_an_alarm_orders_a_task_more_or_less() -> None:
    low = ALARM | {"ComparisonOperator": "LessThanThreshold"}
    out, back = ordered(ALARM, POLICY, {}), ordered(low, POLICY, {})
    assert out is not None
    assert (out.step, out.cooldown) == (1, 3)
    assert back is not None
    assert (back.step, back.cooldown) == (-1, 4)


def test_what_is_suspended_or_disabled_orders_nothing() -> None:
    low = ALARM | {"ComparisonOperator": "LessThanThreshold"}
    assert ordered(ALARM, POLICY, {"SuspendedState": {"DynamicScalingOutSuspended": True}}) is None
    assert ordered(low, POLICY, {"SuspendedState": {"DynamicScalingInSuspended": True}}) is None
    kept = {"PolicyName": "p", "TargetTrackingScalingPolicyConfiguration": {"DisableScaleIn": True}}
    assert ordered(low, kept, {}) is None
