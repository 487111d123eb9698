"""What is left of surges of the days before: alarms that went off, activities, points of the metric, a task's own log.

A record of the collection `surges`, made before the accounts are served: `alarm`, `policy`, `resource`
(`service/CLUSTER/NAME`), `metric` (as PutMetricData takes it, without value), `period` of the alarm (s), `quiet` and
`busy` values, `group` and `stream` of the new task's log, `health` (the path that the balancer looks at), `ago`, and
the `times` after the metric crossed (s): `alarm`, `activity`, `began`, `served`, `over` (the alarm is OK), `back`; what
is not in it did not happen. Sources: CloudWatch, DescribeAlarmHistory; Application Auto Scaling, ScalingActivity.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from reference.aws.moments import seconds

BEFORE = 300
"""Seconds of quiet points before it."""


@dataclass(frozen=True)
class Told:
    """A surge in the words of each service."""

    history: list[dict[str, Any]]
    activities: list[dict[str, Any]]
    points: list[dict[str, Any]]
    lines: list[tuple[datetime, str]]


def told(surge: Mapping[str, Any], now: datetime) -> Told:
    """What the services keep of it. Times are whole: it began with a minute."""
    begun = (now - timedelta(seconds=seconds(surge["ago"]))).replace(second=0, microsecond=0)
    at = {name: begun + timedelta(seconds=after) for name, after in surge["times"].items()}
    return Told(_history(surge, begun, at), _activities(surge, at), _points(surge, begun, at), _lines(surge, at))


def _history(surge: Mapping[str, Any], begun: datetime, at: Mapping[str, datetime]) -> list[dict[str, Any]]:
    # As CloudWatch does: an ISO time to the millisecond, with a zone without a colon.
    why = {"stateReasonData": {"startDate": f"{begun:%Y-%m-%dT%H:%M:%S.000%z}"}}
    changes = [("OK", "ALARM", at["alarm"], why), ("ALARM", "OK", at["over"], {})]
    return [
        {
            "AlarmName": surge["alarm"], "AlarmType": "MetricAlarm", "HistoryItemType": "StateUpdate",
            "Timestamp": {"at": when.isoformat()}, "HistorySummary": f"Alarm updated from {old} to {new}",
            "HistoryData": json.dumps({"of": surge["stream"], "newState": {"stateValue": new, **data}}),
        }
        for old, new, when, data in changes
    ]  # fmt: skip


def _activities(surge: Mapping[str, Any], at: Mapping[str, datetime]) -> list[dict[str, Any]]:
    return [
        {
            "ActivityId": f"{surge['stream']}-{name}", "ServiceNamespace": "ecs", "ResourceId": surge["resource"],
            "ScalableDimension": "ecs:service:DesiredCount", "Description": f"Setting desired count to {count}.",
            "Cause": f"monitor alarm {surge['alarm']} in state ALARM triggered policy {surge['policy']}",
            "StartTime": {"at": at[name].isoformat()},
            "EndTime": {"at": (at[name] + timedelta(seconds=40)).isoformat()},
            "StatusCode": "Successful",
            "StatusMessage": f"Successfully set desired count to {count}. Change successfully fulfilled by ecs.",
        }
        for name, count in (("activity", 3), ("back", 2))
        if name in at
    ]  # fmt: skip


def _points(surge: Mapping[str, Any], begun: datetime, at: Mapping[str, datetime]) -> list[dict[str, Any]]:
    period, found = int(surge["period"]), []
    for after in range(-BEFORE, int((at["over"] - begun).total_seconds()) + BEFORE, period):
        when = begun + timedelta(seconds=after)
        value = surge["busy"] if begun <= when < at["over"] else surge["quiet"]
        found.append({**surge["metric"], "Timestamp": when, "Value": float(value)})
    return found


def _lines(surge: Mapping[str, Any], at: Mapping[str, datetime]) -> list[tuple[datetime, str]]:
    """Its start, looks at its health, and requests from the first one on."""
    if "began" not in at:
        return []
    request = {"event": "request", "method": "GET", "status": 200, "level": "info"}
    found = [(at["began"], {"event": "started", "level": "info"})]
    found += [(at["began"] + timedelta(seconds=5 * n), {**request, "path": surge["health"]}) for n in range(1, 20)]
    if "served" in at:
        found += [(at["served"] + timedelta(seconds=n), {**request, "path": surge["path"]}) for n in range(20)]
    return [(when, json.dumps({"timestamp": when.isoformat(), **line})) for when, line in sorted(found, key=_first)]


def _first(pair: tuple[datetime, Any]) -> datetime:
    return pair[0]
