"""Judging whether capacity followed demand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from tests.judges.demand import flat, following, idle_minutes, joined, share_above

NOON, FIVE = datetime(2026, 11, 22, 12, tzinfo=UTC), timedelta(minutes=5)


def series(values: Sequence[float]) -> dict[datetime, float]:
    return {NOON + n * FIVE: v for n, v in enumerate(values)}


QUIET_BUSY_QUIET = [100.0] * 24 + [200.0] * 12 + [100.0] * 24


def day(tasks: Sequence[float], load: Sequence[float] = QUIET_BUSY_QUIET):  # type: ignore[no-untyped-def]
    return joined(series(load), series(tasks))


def test_tasks_that_follow() -> None:
    good = day([2] * 25 + [4] * 14 + [2] * 21)
    assert following(good) > 0.8
    assert idle_minutes(good, 2, FIVE)[0] == 15
    assert not flat(good)


@pytest.mark.parametrize("frozen", [2, 10])
def test_frozen_tasks_follow_nothing(frozen: float) -> None:
    assert following(day([frozen] * 60)) == 0
    assert idle_minutes(day([frozen] * 60), 2, FIVE)[0] == (0 if frozen == 2 else 120)


def test_a_ratchet_is_idle_to_the_end() -> None:
    ratchet = day([2] * 25 + [4] * 35)
    minutes, since = idle_minutes(ratchet, 2, FIVE)
    assert minutes == 120
    assert since == NOON + 36 * FIVE


def test_a_gap_ends_a_stretch() -> None:
    held = [m for m in day([3] * 60) if not NOON + 40 * FIVE <= m.at < NOON + 44 * FIVE]
    assert idle_minutes(held, 2, FIVE)[0] == 120  # the two hours before the busy time


def test_a_flat_day_and_busy_processors() -> None:
    assert flat(day([2] * 60, [100.0, 104.0] * 30))
    assert share_above([80, 90, 86, 85], 85) == 50
