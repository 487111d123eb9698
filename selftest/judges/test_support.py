"""Support's hours, shifts and answers, of made-up ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from fixtures.helpdesk.handling import Handling
from fixtures.helpdesk.staff import Schedule
from golive.target.people import Case, Hours
from tests.judges.support import (
    Shift,
    article_problem,
    clock_problem,
    closed_in,
    misrouting,
    moments,
    promised,
    unstaffed,
)

SUNDAY = datetime(2026, 11, 22, tzinfo=UTC)
HOUR = timedelta(hours=1)
OFFICE = Hours(time_zone="America/New_York", days=["mon", "tue"], opens="09:00", closes="17:00")
CASE = Case(question="Q", group="Billing", priority="normal", article="Read your invoice")
GOOD = Handling(4, "normal", "See the article", 0.1, 15.0, "active")


def test_hours_are_those_of_their_zone() -> None:
    monday = SUNDAY + timedelta(days=1)
    assert promised(Hours(), SUNDAY)
    assert [promised(OFFICE, monday + n * HOUR) for n in (13, 14, 21, 22)] == [False, True, True, False]
    assert not promised(OFFICE, SUNDAY + 15 * HOUR)
    assert len(moments(OFFICE, SUNDAY, timedelta(days=7))) == 2 * 8 * 4


def test_moments_without_anybody() -> None:
    wanted = moments(Hours(), SUNDAY, 2 * HOUR)
    shifts = [Shift("Ada@x", SUNDAY, SUNDAY + HOUR), Shift("bo@x", SUNDAY + HOUR, SUNDAY + 2 * HOUR)]
    assert unstaffed(wanted, shifts, ["ada@x", "bo@x"]) == []
    assert unstaffed(wanted, shifts, ["ada@x"]) == wanted[4:]
    assert unstaffed(wanted, [], ["ada@x"]) == wanted


@pytest.mark.parametrize(
    ("handled", "words"),
    [
        (GOOD, ""),
        (Handling(9, "normal", "", None, None, ""), "went to nobody, want Billing"),
        (Handling(4, "", "", None, None, ""), "has priority none, want normal"),
    ],
)
def test_where_a_question_got(handled: Handling, words: str) -> None:
    assert misrouting(CASE, handled, {4: "Billing"}) == words


def test_the_clock_of_an_answer() -> None:
    assert clock_problem(GOOD, 15) == ""
    assert "no clock runs" in clock_problem(Handling(4, "normal", "", None, None, ""), 15)
    assert "stands still" in clock_problem(Handling(4, "normal", "", None, 300, "paused"), 15)
    assert "due after 300 min" in clock_problem(Handling(4, "normal", "x", 1, 300, "achieved"), 15)


def test_articles_of_an_answer() -> None:
    assert article_problem(CASE, ["Read  your invoice"]) == ""
    assert "names no article" in article_problem(CASE, [])
    assert "names 'Plans'" in article_problem(CASE, ["Plans"])


def test_schedules_count_by_their_own_zone() -> None:
    nine_to_five = Schedule("Support", "America/New_York", ((1440 + 540, 1440 + 1020),))
    wanted = moments(OFFICE, SUNDAY, timedelta(days=7))
    assert len(closed_in(wanted, [nine_to_five.open_at])) == len(wanted) // 2
    assert closed_in(wanted, []) == []
    elsewhere = Schedule("Support", "Asia/Tokyo", nine_to_five.intervals)
    assert len(closed_in(wanted, [elsewhere.open_at])) == len(wanted)
