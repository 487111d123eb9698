"""Alarm history: each change of state that SetAlarmState makes is an item."""

from __future__ import annotations

from datetime import UTC, datetime

from reference.aws.operations.world import Answer, Derived, World


def set_alarm_state(world: World, _: Answer) -> None:
    p = world.call.parameters
    world.add(
        "alarm_history",
        {
            "AlarmName": p["AlarmName"],
            "AlarmType": "MetricAlarm",
            "HistoryItemType": "StateUpdate",
            "Timestamp": datetime.now(UTC),
            "HistorySummary": f"Alarm updated to {p['StateValue']}",
            "HistoryData": p.get("StateReasonData") or "{}",
        },
    )


DERIVED: dict[str, Derived] = {"cloudwatch.SetAlarmState": set_alarm_state}
