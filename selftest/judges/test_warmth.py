"""Percentiles by nearest rank."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.judges.warmth import percentile, tolerated


def test_two_of_thirty_slow_calls_show_in_the_95th_percentile() -> None:
    assert percentile([0.01] * 28 + [2.0, 2.0], 0.95) == 2.0
    assert percentile([0.01] * 29 + [2.0], 0.95) == 0.01
    assert tolerated(30, 0.95) == 1


@given(st.lists(st.floats(0, 10), min_size=1, max_size=60), st.floats(0.01, 1), st.floats(0, 10))
def test_what_is_tolerated_and_the_percentile_agree(values: list[float], share: float, limit: float) -> None:
    over = sum(v > limit for v in values)
    assert (percentile(values, share) > limit) == (over > tolerated(len(values), share))
