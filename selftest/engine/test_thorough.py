"""What `--thorough` changes: how much is looked at, and by which seed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from golive import clock, thorough


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = thorough.is_thorough()
    yield
    thorough.choose(before)


def test_usually_just_enough_by_one_seed() -> None:
    thorough.choose(False)
    assert thorough.more(20) == 20
    assert thorough.seed(7) == 7


def test_thoroughly_more_by_a_seed_of_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 23, 1, tzinfo=UTC))
    thorough.choose(True)
    assert thorough.more(20) == 200
    assert thorough.seed(7) == 20261123
