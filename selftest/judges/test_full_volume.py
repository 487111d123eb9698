"""How fast lists are judged, and what the planner must know."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from fixtures.postgres.statistics import Known
from tests.judges.full_volume import p95, slow_enough, slowest_mean, statistics_problems

LOADED = datetime(2026, 11, 22, tzinfo=UTC)
AFTER, BEFORE = LOADED + timedelta(hours=1), LOADED - timedelta(hours=1)


@pytest.mark.parametrize(
    ("known", "wrong"),
    [
        (Known("a", 5, 5, 3, AFTER), ""),
        (Known("a", 500, -1, 0, None), "never collected"),
        (Known("a", 5, -1, 0, None), ""),
        (Known("a", 5, 5, 0, AFTER), "never collected"),
        (Known("a", 5, 0, 0, BEFORE, changed=5), ""),
        (Known("a", 50_000, 50_000, 3, BEFORE), "before the load"),
        (Known("a", 50_000, 40_000, 3, None), ""),
        (Known("a", 50_000, 12, 3, None), "expects 12 rows, there are 50000"),
        (Known("a", 50_000, 12, 3, AFTER), ""),
    ],
)
def test_statistics_are_of_after_the_load(known: Known, wrong: str) -> None:
    problems = statistics_problems([known], LOADED)
    assert bool(problems) is bool(wrong)
    assert wrong in " ".join(problems)


def test_p95_is_the_nearest_rank() -> None:
    assert p95([1.0] * 190 + [9.0] * 10) == 1.0
    assert p95([1.0] * 189 + [9.0] * 11) == 9.0
    with pytest.raises(ValueError, match="no times"):
        p95([])


@pytest.mark.parametrize(("slow", "clear"), [(0, False), (10, False), (11, True)])
def test_it_is_clear_early_that_a_limit_is_missed(slow: int, clear: bool) -> None:
    assert slow_enough(slow, 200) is clear
    assert (p95([9.0] * slow + [1.0] * (200 - slow)) == 9.0) is clear


def test_only_what_the_lists_called_is_timed() -> None:
    before = {"1": ("select a", 100, 1000.0), "2": ("select b", 5, 50_000.0)}
    after = {"1": ("select a", 300, 1400.0), "2": ("select b", 6, 90_000.0), "3": ("select c", 200, 1600.0)}
    assert slowest_mean(before, after, 100) == ("select c", 8.0)
    assert slowest_mean(after, after, 100) is None
