"""Periods as documents write them, kinds without a place, and when versions were replaced."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.judges.retention import days, periods, replaced, unplaced


@pytest.mark.parametrize(
    ("text", "length"), [("365 days", 365), ("2 weeks", 14), ("1 Month", 31), ("2 years", 732), ("for ever", None)]
)
def test_a_period_is_the_longest_that_it_can_mean(text: str, length: int | None) -> None:
    assert days(text) == length


def test_rows_without_period_or_action_are_findings() -> None:
    rows = [
        {"kind": "calls", "period": "30 days", "action": "deleted"},
        {"kind": "mail", "period": "long", "action": "deleted"},
        {"kind": "logs", "period": "90 days", "action": " "},
    ]
    found, problems = periods([rows, [{"another": "table"}]])
    assert found == {"calls": 30, "logs": 90}
    assert [p.split()[-1] for p in problems] == ["none", "then"]


def test_both_directions_are_compared() -> None:
    assert len(unplaced(["calls", "mail"], ["calls", "logs"])) == 2
    assert not unplaced(["calls"], ["calls"])


def test_a_version_is_former_since_the_next_one() -> None:
    first, second, third = (datetime(2026, 11, day, tzinfo=UTC) for day in (1, 5, 9))
    versions = [
        {"Key": "a", "LastModified": third, "IsLatest": True},
        {"Key": "a", "LastModified": first, "IsLatest": False},
        {"Key": "a", "LastModified": second, "IsLatest": False},
        {"Key": "b", "LastModified": first, "IsLatest": True},
    ]
    assert sorted(replaced(versions)) == [second, third]
