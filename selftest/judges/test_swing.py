"""What drills of scaling show, on made-up facts."""

from __future__ import annotations

from typing import Any

from fixtures.aws.swing import Leg, Swing
from tests.judges.swing import swing_problems


def leg(wanted: int, desired: float | None = 2, done: float | None = 5) -> Leg:
    return Leg(wanted=wanted, desired_after=desired, done_after=done, most=3, least=2, last="2 tasks asked for")


def swing(**changes: Any) -> Swing:
    facts: dict[str, Any] = {
        "service": "shop", "minimum": 2, "maximum": 9, "before": 2, "alarm_out": "high", "alarm_in": "low",
        "out": leg(3), "back": leg(2), "failures": [],
    }  # fmt: skip
    return Swing(**(facts | changes))


def test_both_ways_is_well() -> None:
    assert swing_problems(swing()) == []


def test_a_service_without_an_alarm_never_scales() -> None:
    assert "never scales out" in swing_problems(swing(alarm_out=None, out=None, back=None))[0]
    assert "never scales in" in swing_problems(swing(alarm_in=None, back=None))[0]


def test_an_alarm_that_nothing_answers_is_named() -> None:
    (found,) = swing_problems(swing(out=leg(3, None, None), back=None))
    assert "alarm high was in ALARM, and 3 tasks were never asked for" in found
    (found,) = swing_problems(swing(back=leg(2, None, None)))
    assert "alarm low was in ALARM, and it was not scaled in to 2 tasks" in found


def test_tasks_that_are_asked_for_have_to_run_and_to_go() -> None:
    assert "never became healthy: 2 tasks" in swing_problems(swing(out=leg(3, 2, None)))[0]
    assert "the others did not go" in swing_problems(swing(back=leg(2, 2, None)))[0]


def test_failed_activities_and_what_was_left_behind_count() -> None:
    assert "no capacity" in swing_problems(swing(failures=["no capacity"]))[0]
    assert "not back at 2" in swing_problems(swing(left="it was not back at 2 tasks"))[0]
