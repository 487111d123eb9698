"""What trends say of made-up series."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golive.load.trends import (
    Step,
    after_warm_up,
    against_quiet,
    breaking_point,
    drift,
    jain,
    lives,
    recovery,
    slope,
    slowest_to_median,
)

MINUTE = 60.0
amounts = st.lists(st.floats(0.1, 1e6), min_size=1, max_size=30)


def test_a_leak_of_a_mebibyte_a_minute_is_seen_through_noise() -> None:
    chance = random.Random(1)  # noqa: S311
    memory = [(n * 15.0, 100 + n * 0.25 + chance.gauss(0, 0.8)) for n in range(60)]
    found = slope(memory)
    assert found
    assert found.certain
    assert found.rate * MINUTE == pytest.approx(1, rel=0.1)
    assert found.share(10 * MINUTE) == pytest.approx(0.1, rel=0.15)


def test_a_level_with_peaks_is_no_leak() -> None:
    chance = random.Random(2)  # noqa: S311
    memory = [(n * 15.0, 100 + chance.gauss(0, 1) + (40 if n % 17 == 16 else 0)) for n in range(60)]
    found = slope(memory)
    assert found
    assert not found.certain


@given(st.floats(-5, 5), st.floats(1, 1000), st.integers(5, 40))
def test_the_slope_of_a_line_is_the_line(rate: float, level: float, many: int) -> None:
    found = slope([(float(n), level + rate * n) for n in range(many)])
    assert found
    assert found.rate == pytest.approx(rate, abs=1e-6)
    assert found.level == pytest.approx(level, abs=1e-6)


def test_too_few_points_have_no_slope() -> None:
    assert slope([(0, 1), (1, 2), (2, 3), (3, 4)]) is None
    assert slope([(1.0, 1.0)] * 6) is None
    assert drift([]) is None


def test_long_series_are_thinned() -> None:
    found = slope([(float(n), 10 + n) for n in range(5000)])
    assert found
    assert found.rate == pytest.approx(1)


def test_what_caches_take_at_first_is_left_out() -> None:
    assert after_warm_up([(float(n), 0.0) for n in range(11)]) == [(float(n), 0.0) for n in range(2, 11)]
    assert after_warm_up([]) == []


def test_a_restart_begins_another_life() -> None:
    memory = [(0.0, 100.0), (1.0, 150.0), (2.0, 90.0), (3.0, 95.0), (4.0, 80.0)]
    assert [len(life) for life in lives(memory)] == [2, 3]


@given(amounts)
def test_fairness_lies_between_one_in_all_and_one(values: list[float]) -> None:
    assert 1 / len(values) - 1e-9 <= jain(values) <= 1 + 1e-9


@given(amounts, st.floats(0.01, 100))
def test_fairness_is_a_matter_of_shares(values: list[float], factor: float) -> None:
    assert jain([v * factor for v in values]) == pytest.approx(jain(values))


def test_one_who_starves_is_unfair() -> None:
    assert jain([10] * 10) == pytest.approx(1)
    assert jain([10] * 9 + [0]) == pytest.approx(0.9)
    assert jain([10, 0, 0, 0]) == pytest.approx(0.25)
    assert math.isnan(jain([]))
    assert math.isnan(jain([0, 0]))


def test_the_slowest_is_named() -> None:
    assert slowest_to_median({"a": 10, "b": 20, "c": 10}) == ("b", 2)


def test_a_victim_without_answers_is_infinitely_slower() -> None:
    found = against_quiet({"a": 10, "b": 10}, {"a": 15})
    assert found == {"a": 1.5, "b": math.inf}


def step(offered: float, good: float, p99: float = 100, errors: float = 0) -> Step:
    return Step(0, 10, offered, good, p99, errors)


def test_the_last_step_before_the_first_that_broke_is_the_capacity() -> None:
    steps = [step(10, 10), step(12, 12), step(14.4, 13, errors=0.09), step(17, 17)]
    found = breaking_point(steps, errors=0.05, p99=2000)
    assert found.capacity == steps[1]
    assert found.broken == steps[2]


def test_goodput_stops_to_grow() -> None:
    steps = [step(10, 10), step(20, 20), step(40, 22), step(80, 15)]
    assert breaking_point(steps, errors=1, p99=math.inf).grew_until == 20


def test_a_load_that_never_was_too_much_has_no_breaking_point() -> None:
    found = breaking_point([step(10, 10), step(20, 20)], errors=0.05, p99=2000)
    assert found.broken is None
    assert found.capacity
    assert found.capacity.offered == 20
    assert breaking_point([step(10, 0, errors=1)], errors=0.05, p99=2000).capacity is None
    assert breaking_point([], errors=0.05, p99=2000).broken is None


def test_recovered_is_who_stays_well() -> None:
    wells = [False, True, False, True, True, True, False]
    points = [(100.0 + 10 * n, well) for n, well in enumerate(wells)]
    assert recovery(points, 30) == 30
    assert recovery(points, 40) is None
    assert recovery([], 10) is None


@given(st.lists(st.booleans(), min_size=2, max_size=30), st.integers(1, 8))
def test_recovery_agrees_with_looking_at_each_window(wells: list[bool], many: int) -> None:
    points = [(float(n), well) for n, well in enumerate(wells)]
    starts = [n for n in range(len(wells) - many + 1) if all(wells[n : n + many])]
    assert recovery(points, many) == (float(starts[0]) if starts else None)


def test_latency_that_creeps_up_is_drift() -> None:
    found = drift([(n * 10.0, 100 + n) for n in range(31)])
    assert found
    assert found[0] == pytest.approx(0.3)
    assert found[1] > 0.2
