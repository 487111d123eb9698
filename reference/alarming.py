"""CloudWatch's alarms at work, those with periods under a minute: their state follows from the metric's points.

Alarms by the minute keep the state that they were given: the past of their metrics is made up.
Source: CloudWatch, Evaluating an alarm.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from reference.clients import aws_client
from reference.settings import Settings

MINUTE = 60
BREACHES = {
    "GreaterThanThreshold": lambda value, threshold: value > threshold,
    "GreaterThanOrEqualToThreshold": lambda value, threshold: value >= threshold,
    "LessThanThreshold": lambda value, threshold: value < threshold,
    "LessThanOrEqualToThreshold": lambda value, threshold: value <= threshold,
}


@dataclass
class Alarming:
    """One for all turns."""

    settings: Settings

    def turn(self) -> None:
        """Look at each such alarm of all accounts. Raises botocore errors."""
        for product in self.settings.products:
            cloudwatch = aws_client(self.settings, product, "cloudwatch")
            for page in cloudwatch.get_paginator("describe_alarms").paginate(AlarmTypes=["MetricAlarm"]):
                for alarm in page["MetricAlarms"]:
                    if alarm.get("Period", MINUTE) < MINUTE:
                        self._look(cloudwatch, alarm)

    def _look(self, cloudwatch: Any, alarm: dict[str, Any]) -> None:
        period, periods = alarm["Period"], alarm["EvaluationPeriods"]
        now = int(datetime.now(UTC).timestamp())
        end = datetime.fromtimestamp(now - now % period, UTC)
        points = cloudwatch.get_metric_statistics(
            Namespace=alarm["Namespace"], MetricName=alarm["MetricName"], Dimensions=alarm["Dimensions"],
            StartTime=end - timedelta(seconds=period * periods), EndTime=end, Period=period,
            Statistics=[alarm["Statistic"]],
        )["Datapoints"]  # fmt: skip
        values = [point[alarm["Statistic"]] for point in points]
        state, why = state_of(values, alarm)
        if state != alarm["StateValue"]:
            cloudwatch.set_alarm_state(AlarmName=alarm["AlarmName"], StateValue=state, StateReason=why)
            print(f"{alarm['AlarmName']} is {state}: {why}", flush=True)


def state_of(values: list[float], alarm: dict[str, Any]) -> tuple[str, str]:
    """State and its reason by the newest points: ALARM when each of as many as are asked for breaches."""
    periods, threshold = alarm["EvaluationPeriods"], alarm["Threshold"]
    if len(values) < periods:
        return "INSUFFICIENT_DATA", f"{len(values)} of {periods} points are known"
    breaching = sum(BREACHES[alarm["ComparisonOperator"]](value, threshold) for value in values)
    shown = ", ".join(f"{value:g}" for value in values)
    return ("ALARM" if breaching >= periods else "OK"), f"{shown} against {threshold:g}"
