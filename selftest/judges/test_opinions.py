"""What users said has to be decided by people, answered, and counted as it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.judges.opinions import Said, by_nobody, counted, older, otherwise, unanswered, undecided

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
GOOD = Said("0123456789", NOW - timedelta(days=8), "planned", "Comes next month", "Ada", asks=False, answered=False)


def test_only_what_is_older_than_the_time_is_due() -> None:
    assert older([GOOD, replace(GOOD, at=NOW - timedelta(days=7))], 7, NOW) == [GOOD]


def test_what_has_no_status_or_no_decision_is_undecided() -> None:
    bad = [replace(GOOD, status="new"), replace(GOOD, status=""), replace(GOOD, decision=" ")]
    assert undecided([GOOD, *bad], ["new"]) == bad


def test_a_program_decides_nothing() -> None:
    by_robot = replace(GOOD, actor="stale-robot")
    (found,) = by_nobody([GOOD, by_robot, replace(GOOD, item="else", actor="", status="new")], ["new"], ["ADA"])
    assert "decided by stale-robot, who is none" in found


def test_who_asked_gets_an_answer() -> None:
    asks = replace(GOOD, asks=True)
    assert unanswered([GOOD, replace(asks, answered=True)]) == []
    assert unanswered([asks]) == ["what a user said on 12 Nov (01234567): its user asked for an answer, and got none"]


def test_a_record_counts_what_the_store_has() -> None:
    said = [GOOD, replace(GOOD, item="b", status="new"), replace(GOOD, item="c", at=NOW)]
    found = counted(said, NOW - timedelta(days=9), NOW, ["new"])
    assert found == {"received": 2, "decided": 1}
    assert otherwise({"received": 2, "decided": 1}, found) == []
    assert otherwise({"received": 3}, found) == [
        "says 3 received, the store has 2",
        "does not say how much was decided",
    ]
