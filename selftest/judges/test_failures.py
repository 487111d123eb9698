"""Failed requests of a window, and holes in its figures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tests.judges.failures import asked, holes, missing, summed, told

START = datetime(2026, 11, 22, 9, 2, tzinfo=UTC)
FIVE = timedelta(minutes=5)
FIRST = datetime(2026, 11, 22, 9, 5, tzinfo=UTC)


def test_errors_that_the_balancer_made_count_as_requests() -> None:
    errors = summed([{FIRST: 2.0}, {FIRST: 3.0, FIRST + FIVE: 40.0}])
    assert errors == {FIRST: 5.0, FIRST + FIVE: 40.0}
    assert asked({FIRST: 100.0}, errors) == 140.0


def test_only_whole_periods_can_be_missing() -> None:
    end = START + timedelta(minutes=21)  # 9:23: whole periods begin at 9:05, 9:10, 9:15
    assert missing([FIRST, FIRST + FIVE, FIRST + 2 * FIVE], START, end, FIVE) == []
    assert missing([FIRST], START, end, FIVE) == [FIRST + FIVE, FIRST + 2 * FIVE]


def test_a_point_anywhere_in_a_period_fills_it() -> None:
    assert missing([FIRST + timedelta(seconds=299)], FIRST, FIRST + FIVE, FIVE) == []


def test_neighbours_make_one_hole() -> None:
    absent = [FIRST, FIRST + FIVE, FIRST + 3 * FIVE]
    assert holes(absent, FIVE) == [(FIRST, FIRST + 2 * FIVE), (FIRST + 3 * FIVE, FIRST + 4 * FIVE)]
    assert told(holes(absent, FIVE)) == "09:05 to 09:15Z, 09:20 to 09:25Z"


@given(st.sets(st.integers(0, 47)))
def test_every_absent_period_lies_in_one_hole(numbers: set[int]) -> None:
    absent = [FIRST + n * FIVE for n in numbers]
    spans = holes(absent, FIVE)
    assert sum((b - a for a, b in spans), timedelta(0)) == len(numbers) * FIVE
    assert all(b < c for (_, b), (c, _) in pairwise(spans))
