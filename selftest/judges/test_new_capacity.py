"""When a service needed more tasks, whether and when they came, served, and went."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime, timedelta

import pytest

from tests.judges.new_capacity import Need, answer, at_ceiling, crossing, first_served, rest_minutes
from tests.judges.scaling_history import Step

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def reason(at: datetime) -> str:
    return json.dumps({"newState": {"stateReasonData": {"startDate": f"{at:%Y-%m-%dT%H:%M:%S.000%z}"}}})


def need(served: float | None = 74, over: float = 600, count: int | None = 3, begun: float = 0) -> Need:
    at = [after(begun + seconds) for seconds in (0, 14, over, 17, 50)]
    return Need("high", *at[:3], at[3], count, at[4], None if served is None else after(begun + served))


def points(*values: float) -> list[tuple[datetime, float]]:
    return [(NOON + n * MINUTE, value) for n, value in enumerate(values, start=-len(values) + 1)]


def test_an_alarm_knows_when_what_it_judged_began() -> None:
    assert crossing(after(14), reason(NOON), points(1, 1), 10, MINUTE) == NOON


def test_a_metric_that_was_over_long_before_crossed_long_before() -> None:
    assert crossing(after(14), reason(NOON), points(1, 20, 20, 20, 20), 10, MINUTE) == NOON - 2 * MINUTE


@pytest.mark.parametrize("told", ["", "{}", "no JSON", '{"newState": 3}'])
def test_an_alarm_that_was_set_by_hand_crossed_nothing(told: str) -> None:
    assert crossing(after(14), told, points(1, 20, 20), 10, MINUTE) is None


def test_a_gap_ends_the_time_over_the_threshold() -> None:
    known = [(NOON - 10 * MINUTE, 20.0), (NOON, 20.0)]
    assert crossing(after(50), reason(after(40)), known, 10, MINUTE) == after(40)


def test_the_first_step_up_is_the_answer() -> None:
    found = [Step(after(-900), 2), Step(after(17), 3), Step(after(60), 4)]
    assert answer((after(14), after(600)), found, 2) == found[1]


def test_a_step_down_and_one_of_long_after_are_no_answer() -> None:
    span = (after(14), after(100))
    assert answer(span, [Step(after(-900), 4), Step(after(20), 3)], 2) is None
    assert answer(span, [Step(after(14 + 901), 3)], 2) is None


def test_at_its_ceiling_a_service_needs_no_answer() -> None:
    assert at_ceiling(after(14), [Step(after(-60), 10)], 10)
    assert not at_ceiling(after(14), [Step(after(-60), 9)], 10)
    assert not at_ceiling(after(14), [], 10)


def line(at: float, path: str, status: object = 200) -> tuple[datetime, str]:
    return after(at), json.dumps({"path": path, "status": status})


def test_looks_at_health_and_errors_are_no_service() -> None:
    lines = [
        line(50, "/healthy"),
        line(55, "/leads", 503),
        (after(60), "no JSON"),
        (after(61), "[]"),
        line(74, "/leads"),
    ]
    assert first_served(lines, "path", "status", ["/healthy"]) == after(74)
    assert first_served(lines[:-1], "path", "status", ["/healthy"]) is None
    assert first_served([line(3, "", 200), (after(4), '{"status": 200}')], "path", "status", []) is None


def test_who_never_served_took_for_ever() -> None:
    assert need().minutes == pytest.approx(1.23)
    assert need(served=None).minutes == math.inf


def test_a_short_need_that_nobody_served_says_nothing() -> None:
    assert need(served=None, over=120).judged(2 * MINUTE)
    assert not need(served=None, over=119).judged(2 * MINUTE)
    assert need(served=74, over=20).judged(2 * MINUTE)


def test_rest_comes_with_the_step_to_the_least() -> None:
    found = [Step(after(17), 3), Step(after(980), 2)]
    now = after(9000)
    assert rest_minutes(need(), found, 2, [need()], now) == pytest.approx(6.33)
    assert rest_minutes(need(), found[:1], 2, [need()], now) == math.inf
    assert rest_minutes(need(count=None), found, 2, [need()], now) is None


def test_a_need_that_comes_meanwhile_puts_rest_off() -> None:
    one, two = need(), need(begun=800)
    found = [Step(after(17), 3), Step(after(817), 4), Step(after(2000), 2)]
    assert rest_minutes(one, found, 2, [one, two], after(9000)) is None
    assert rest_minutes(two, found, 2, [one, two], after(9000)) == pytest.approx(10)
