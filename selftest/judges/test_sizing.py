"""What a smaller size would save."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.judges.sizing import FULL, p95, saving


@pytest.mark.parametrize(
    ("uses", "percent"),
    [([0.9], 0), ([0.41], 0), ([0.4], 50), ([0.2], 75), ([0.2, 0.5], 0), ([0.0], 93.75)],
)
def test_the_tightest_use_decides(uses: list[float], percent: float) -> None:
    assert saving(uses) == percent


@given(st.lists(st.floats(0, 1), min_size=1))
def test_what_is_saved_leaves_room(uses: list[float]) -> None:
    left = 1 - saving(uses) / 100
    assert left == 1 or max(uses) / left <= FULL


def test_the_highest_twentieth_is_left_out() -> None:
    assert p95([float(n) for n in range(1, 101)]) == 95
    assert p95([0.5]) == 0.5
    assert p95([0.1, 0.9]) == 0.9
    with pytest.raises(ValueError, match="no points"):
        p95([])
