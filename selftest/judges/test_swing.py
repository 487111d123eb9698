"""What drills of scaling show, on made-up facts."""

from __future__ import annotations

from typing import Any

import pytest

from fixtures.aws.cycles import CyclesFacts, sound
from fixtures.aws.surge import SurgeFacts
from fixtures.aws.swing import Leg, Swing
from golive.catalogue import load_catalogue
from golive.verdict import Unobservable
from tests.judges.surge import surge_problems
from tests.judges.swing import bound_problems, cycle_problems, room_problem, swing_problems

LINES = load_catalogue()


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


def cycles(*swings: list[Swing], ceiling: int = 3) -> list[str]:
    line = LINES["SEI-5.1.2.1.2"]
    return [p for p in cycle_problems(line, CyclesFacts(ceiling=ceiling, cycles=list(swings))) if p]


def test_three_whole_cycles_are_asked_for() -> None:
    assert cycles([swing()], [swing()], [swing()]) == []
    assert "cycles is 2, want >= 3" in cycles([swing()], [swing()])[0]


def test_a_cycle_that_fails_is_named_and_does_not_count() -> None:
    found = cycles([swing()], [swing(failures=["no capacity"])])
    assert found[0].startswith("cycle 2: ")
    assert "cycles is 1" in found[1]
    assert "failed activities is 1" in found[2]
    assert not sound(swing(back=None))


def test_bounds_are_kept_on_both_sides() -> None:
    assert "3 tasks were asked for, and 2 are the most" in bound_problems(swing(), 2)[0]
    assert "2 tasks were asked for, and 3 are the least" in bound_problems(swing(minimum=3), 3)[0]


def test_every_task_needs_an_address() -> None:
    assert room_problem("api", 38, 38) is None
    assert "37 free addresses, and 38 more" in str(room_problem("api", 37, 38))


def surge(**changes: Any) -> list[str]:
    facts: dict[str, Any] = {
        "service": "shop", "before": 2, "load": "load run x of 900 requests", "states": {"high": "ALARM"},
        "alarm": "high", "healthy_after": 8, "served_after": 9, "added": 1, "back_after": 30, "resting": 2,
        "calls": 40, "dropped": [], "over_removal": 3, "last": "2 tasks asked for",
    }  # fmt: skip
    line = LINES["SEI-2.1.1.3.3"]
    return [p for p in surge_problems(line, SurgeFacts(**(facts | changes))) if p]


def test_a_fleet_that_breathes_is_well() -> None:
    assert surge() == []


def test_load_that_no_alarm_sees_says_nothing_unless_one_is_blind() -> None:
    with pytest.raises(Unobservable, match="set no alarm off"):
        surge(alarm=None, states={"high": "OK"}, healthy_after=None, served_after=None)
    assert "sees no data" in surge(alarm=None, states={"a": "OK", "b": "INSUFFICIENT_DATA"})[0]
    assert "no policy of it has an alarm" in surge(alarm=None, states={})[0]


def test_an_alarm_that_brings_no_task_fails() -> None:
    assert "no task more became healthy" in surge(healthy_after=None, served_after=None)[0]
    assert "no new task gave a good answer" in surge(served_after=None)[0]
    assert "scale out is 300" in surge(served_after=300)[0]


def test_calls_are_not_cut_and_were_there_to_be_cut() -> None:
    assert "dropped sockets is 1" in surge(dropped=["a call after 1 s: closed"])[0]
    with pytest.raises(Unobservable, match="none was open at a task"):
        surge(over_removal=0)


def test_it_has_to_come_to_rest() -> None:
    assert "did not shrink to 2 tasks" in " ".join(surge(back_after=None, resting=3))
    assert "scale in is 60" in surge(back_after=3600)[0]
