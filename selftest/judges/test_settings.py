"""Changes of settings, judged on made-up answers."""

from __future__ import annotations

from tests.judges.settings import fight, unrecorded


def test_one_of_two_changes_at_once_is_done() -> None:
    assert fight([200, 412], 1) == []
    assert "1 was lost silently" in fight([200, 200], 1)[0]
    assert "none of 2" in fight([412, 500], 0)[0]
    assert "show 0 of them" in fight([200, 412], 0)[0]


def test_the_history_shows_each_change_and_who_made_it() -> None:
    assert unrecorded(["1", "2"], ["ann", "ann"], ["1", "2"], "ann") == []
    assert unrecorded(["1", "2"], ["ann", "bob"], ["2", "3"], "ann") == [
        "the history does not show version 3",
        "the history says that bob made version 2, want ann",
    ]
