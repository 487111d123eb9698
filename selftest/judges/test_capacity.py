"""Zones, quotas and the records of scaling on made-up observations."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.judges.quotas import Scaled, balanced_targets, headroom, interfaces, vcpus
from tests.judges.scaling_history import (
    Step,
    alarm_periods,
    answer_minutes,
    direction_changes,
    failed,
    minutes_at,
    steps,
)
from tests.judges.zones import fewest_left, largest_share

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


def test_the_fullest_zone_costs_most() -> None:
    assert fewest_left({"a": "1", "b": "1", "c": "2"}) == ("1", 1)
    assert fewest_left({"a": "1"}) == ("1", 0)
    assert fewest_left({}) == ("any zone", 0)
    assert largest_share({"a": "1", "b": "2"}) == 50
    assert largest_share({}) == 100


def test_deployments_double_the_need() -> None:
    api, web = Scaled("api", 40, 2048, 200, True), Scaled("worker", 40, 1024, 100, False)
    assert vcpus([api, web]) == 80 * 2 + 40
    assert interfaces([api, web], 9) == 129
    assert balanced_targets([api, web]) == 80
    assert headroom(400, 200) == 2
    assert headroom(400, 0) == 0


def activity(minutes: float, count: int, status: str = "Successful") -> dict[str, Any]:
    return {"StartTime": ago(minutes), "StatusCode": status, "Description": f"Setting desired count to {count}."}


def test_failures_are_told_and_are_no_steps() -> None:
    found = [activity(5, 3), activity(9, 4, "Failed")]
    assert len(failed(found)) == 1
    assert steps(found) == [Step(ago(5), 3)]


def test_turns_are_counted_in_the_worst_hour() -> None:
    to_and_fro = steps([activity(50 - 5 * n, 3 + n % 2) for n in range(8)])
    assert direction_changes(to_and_fro) == 6
    assert direction_changes(steps([activity(300 - 60 * n, 3 + n) for n in range(4)])) == 0
    assert direction_changes([]) == 0


def test_time_at_the_ceiling_runs_until_now() -> None:
    window = ago(240)
    assert minutes_at(steps([activity(30, 40)]), 40, 40, window, NOW) == 30
    assert minutes_at(steps([activity(30, 40), activity(25, 39)]), 40, 39, window, NOW) == 5
    assert minutes_at([], 40, 40, window, NOW) == 240
    assert minutes_at([], 40, 2, window, NOW) == 0


def change(minutes: float, state: str) -> dict[str, Any]:
    return {"Timestamp": ago(minutes), "HistorySummary": f"Alarm updated from X to {state}"}


def test_an_alarm_that_goes_on_ends_now() -> None:
    ended = [change(30, "ALARM"), change(20, "OK")]
    assert alarm_periods(ended, "OK", None, ago(240), NOW) == [(ago(30), ago(20))]
    assert alarm_periods([change(30, "ALARM")], "ALARM", ago(30), ago(240), NOW) == [(ago(30), NOW)]
    assert alarm_periods([], "ALARM", ago(600), ago(240), NOW) == [(ago(240), NOW)]
    assert alarm_periods([], "OK", None, ago(240), NOW) == []


def test_an_alarm_without_an_answer_waits_until_its_end() -> None:
    span = ago(30), NOW
    assert answer_minutes(span, [], 40, 2) == 30
    assert answer_minutes(span, [Step(ago(29), 3)], 40, 2) == 1
    assert answer_minutes(span, [Step(ago(60), 3)], 40, 3) == 30
    assert answer_minutes(span, [Step(ago(60), 40)], 40, 40) == 0
    assert answer_minutes((ago(30), ago(29)), [], 40, 2) == 1
