"""Windows of a fresh release: joined where they hold too little, compared with the same hours of the week before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.judges.windows import WATCH, WEEK, error_windows, median, ratios, shares, since_deploy, worst

START = datetime(2026, 11, 22, 3, tzinfo=UTC)


def at(n: int) -> datetime:
    return START + n * timedelta(minutes=5)


def test_a_quiet_window_is_joined_with_the_next_one() -> None:
    spans = error_windows({at(0): 400, at(1): 700, at(2): 1000}, {at(1): 1}, 1000)
    assert spans == [(at(0), 1100, 1), (at(2), 1000, 0)]


def test_what_is_left_at_the_end_belongs_to_the_last_window() -> None:
    assert error_windows({at(0): 1000, at(1): 10}, {at(1): 2}, 1000) == [(at(0), 1010, 2)]


def test_errors_without_requests_are_not_lost() -> None:
    assert error_windows({}, {at(0): 3}, 1000) == [(at(0), 3, 3)]
    assert error_windows({}, {}, 1000) == []


@given(
    st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 50)), min_size=1, max_size=40),
    st.integers(1, 3000),
)
def test_joining_loses_nothing(windows: list[tuple[int, int]], least: int) -> None:
    requests = {at(n): float(max(r, e)) for n, (r, e) in enumerate(windows)}
    errors = {at(n): float(e) for n, (_, e) in enumerate(windows)}
    spans = error_windows(requests, errors, least)
    assert sum(count for _, count, _ in spans) == sum(requests.values())
    assert sum(failed for _, _, failed in spans) == sum(errors.values())
    assert len(spans) == 1 or all(count >= least for _, count, _ in spans)


def test_the_watch_ends_after_its_hours() -> None:
    assert since_deploy(START, START + timedelta(hours=1)) == timedelta(hours=1)
    assert since_deploy(START, START + timedelta(days=2)) == WATCH
    assert since_deploy(START, START - timedelta(hours=1)) == timedelta(0)


def test_hours_are_compared_with_the_same_hours_last_week() -> None:
    now, before = {at(0): 0.3, at(12): 0.2, at(24): 9.0}, {at(0) - WEEK: 0.1, at(12) - WEEK: 0.2}
    found = ratios(now, before, {at(0): 100, at(12): 100, at(24): 100}, 50)
    assert found == pytest.approx({at(0): 3.0, at(12): 1.0})
    assert worst(found) == (at(0), pytest.approx(3.0))
    assert ratios(now, before, {at(0): 10}, 50) == {}
    assert worst({}) is None


def test_shares_and_median() -> None:
    assert shares({"a": 30, "b": 10}) == {"a": 1.5, "b": 0.5}
    assert shares({"a": 0, "b": 0}) == {"a": 0.0, "b": 0.0}
    assert median([9, 1, 5]) == 5
