"""Marks in stores, judged on made-up sightings."""

from __future__ import annotations

from fixtures.tenancy.planting import Mark
from tests.judges.planting import empty, share, unseen


def mark(store: str, seen: bool, answer: int = 201) -> Mark:
    return Mark("small", store, f"{store}.name", f"CANARY-small-{store}", answer, seen)


def test_a_store_without_its_mark_is_told_with_what_planting_was_answered() -> None:
    assert unseen([mark("leads", True)]) == []
    assert unseen([mark("events", False), mark("cache", False, 0)]) == [
        "tenant small: events (events.name) does not hold CANARY-small-events, though planting it was answered 201",
        "tenant small: cache (cache.name) does not hold CANARY-small-cache",
    ]


def test_no_marks_are_not_all_marks() -> None:
    assert share([]) == 0
    assert share([mark("a", True), mark("b", False)]) == 50


def test_a_standing_canary_without_rows_is_told() -> None:
    assert empty({"A": [], "B": ["leads"]}) == ["B has nothing in table leads"]
