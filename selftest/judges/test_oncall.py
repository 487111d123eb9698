"""Who answers a page, of made-up rosters."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.oncall.roster import FOREVER, Level, Person, Policy, Shift
from tests.judges.oncall import (
    alone,
    differences,
    escalation_problems,
    everywhere,
    minutes,
    told,
    uncovered,
    unreachable,
)

START = datetime(2026, 11, 2, tzinfo=UTC)
END = START + timedelta(hours=24)
HOURS = st.integers(0, 24)


def shift(first: float, last: float, name: str = "Ada", level: int = 1) -> Shift:
    return Shift(level, f"P{name}", name, START + timedelta(hours=first), START + timedelta(hours=last))


@given(st.lists(st.tuples(HOURS, HOURS).filter(lambda span: span[0] < span[1])))
def test_gaps_are_the_hours_that_nobody_has(spans: list[tuple[int, int]]) -> None:
    gaps = uncovered([shift(*span) for span in spans], 1, START, END)
    free = {hour for hour in range(24) if not any(first <= hour < last for first, last in spans)}
    assert minutes(gaps) == 60 * len(free)
    assert {int((start - START) / timedelta(hours=1)) for start, _ in gaps} <= free


def test_gaps_at_the_ends_and_of_a_level_that_nobody_has() -> None:
    assert uncovered([shift(0, 24)], 1, START, END) == []
    assert uncovered([shift(0, 24)], 2, START, END) == [(START, END)]
    assert minutes(uncovered([shift(2, 20)], 1, START, END)) == 6 * 60
    always = Shift(1, "PAda", "Ada", *FOREVER)
    assert uncovered([always], 1, START, END) == []
    assert "and 1 more" in told([(START, END)] * 4)


def test_first_and_second_at_once() -> None:
    shifts = [shift(0, 12), shift(12, 24, "Ben"), shift(0, 6, "Ben", 2), shift(6, 24, "Ada", 2)]
    assert [(name, minutes([span])) for span, name in alone(shifts, START, END)] == [("Ada", 360)]
    assert alone([shift(0, 12), shift(12, 24, "Ada", 2)], START, END) == []


def test_one_person_for_most_components() -> None:
    own = {c: [shift(0, 24, c)] for c in ("web", "api", "data")}
    assert everywhere(own, START, END) == []
    assert everywhere(own | {"data": [shift(0, 24, "api")]}, START, END) == [("api", ["api", "data"])]
    assert everywhere({"web": [shift(0, 24)]}, START, END) == []
    late = {"web": [shift(0, 12, "Ben"), shift(12, 24)], "api": [shift(0, 24)]}
    assert everywhere(late, START, END) == [("Ada", ["api", "web"])]


def test_people_who_do_not_hear_it() -> None:
    people = {"Ada": Person("1", "Ada", "", ""), "Ben": Person("2", "Ben", "", "has neither phone nor push")}
    assert unreachable(["Ada"], people) == []
    assert "Ben can't be paged" in unreachable(["Ben"], people)[0]
    assert "Cleo is on call and no user" in unreachable(["Cleo"], people)[0]


def levels(*targets: tuple[str, str], delay: float = 5) -> Policy:
    return Policy("P1", "night", tuple(Level(n, delay, (t,)) for n, t in enumerate(targets, 1)))


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        (levels(("schedule", "first"), ("schedule", "second"), ("user", "Dora")), ""),
        (levels(("schedule", "first"), ("schedule", "first"), ("user", "Dora")), "asks the same as level 1"),
        (levels(("schedule", "first"), ("schedule", "second")), "is no named person"),
        (Policy("P1", "night", (Level(1, 5, ()), Level(2, 5, (("user", "Dora"),)))), "asks nobody"),
    ],
)
def test_escalation(policy: Policy, words: str) -> None:
    found = "\n".join(escalation_problems(policy, []))
    assert words in found
    assert bool(found) == bool(words)


def test_two_levels_reach_one_person_now() -> None:
    policy = levels(("schedule", "first"), ("schedule", "second"), ("user", "Dora"))
    shifts = [shift(0, 1), shift(0, 1, "Ada", 2), shift(0, 1, "Dora", 3)]
    assert "levels 1 and 2 both reach Ada now" in escalation_problems(policy, shifts)[0]


def test_the_document_and_the_provider() -> None:
    policy = levels(("schedule", "First line"), ("user", "Dora"))
    assert differences(policy, [("first line", 5), ("Dora, manager", 5)]) == []
    assert "has 2 levels, the document 1" in differences(policy, [("first line", 5)])[0]
    assert "waits 5 min, the document says 30 min" in differences(policy, [("first line", 30), ("Dora", 5)])[0]
    assert "is 'Paul' in the document" in differences(policy, [("first line", 5), ("Paul", 5)])[0]
