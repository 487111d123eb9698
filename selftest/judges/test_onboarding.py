"""Who got through is judged over those who began, each organisation once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fixtures.tenancy.onboarding import Step
from tests.judges.onboarding import begun_between, fallen, funnel, journeys, most_lost

NOW, STEPS, HOUR = datetime(2026, 11, 20, 12, tzinfo=UTC), ("begun", "paid", "done"), timedelta(hours=1)


def step(who: str, step: str, hours: float, internal: bool = False) -> Step:
    return Step(who, step, NOW + hours * HOUR, internal)


def test_an_organisation_counts_once_from_its_first_beginning() -> None:
    taken = [step("a", "begun", 2), step("a", "begun", 0), step("a", "done", 3), step("a", "done", 9)]
    known = journeys(taken, STEPS)
    assert list(known) == ["a"]
    assert known["a"].begun == NOW
    assert known["a"].within("done", 3 * HOUR)
    assert not known["a"].within("done", 2 * HOUR)
    assert not known["a"].within("paid", 9 * HOUR)


def test_internal_ones_and_those_without_a_beginning_are_left_out() -> None:
    taken = [step("a", "begun", 0), step("a", "done", 1, internal=True), step("b", "done", 1), step("c", "begun", 0)]
    assert list(journeys(taken, STEPS)) == ["c"]


def test_what_was_done_before_the_beginning_does_not_count() -> None:
    assert "done" not in journeys([step("a", "done", 0), step("a", "begun", 1)], STEPS)["a"].reached


def test_a_funnel_is_counted_over_those_who_began() -> None:
    taken = [step("a", "begun", 0), step("a", "paid", 1), step("a", "done", 2), step("b", "begun", 0)]
    known = journeys([*taken, step("c", "begun", 50)], STEPS)
    cohort = begun_between(known, NOW, NOW + HOUR)
    counts = funnel(cohort, STEPS, 24 * HOUR)
    assert counts == {"begun": 2, "paid": 1, "done": 1}
    assert most_lost(counts) == "1 stayed behind between begun and paid"


def test_shares_are_compared_step_by_step() -> None:
    found = fallen({"begun": 10, "paid": 9, "done": 4}, {"begun": 20, "paid": 20, "done": 16})
    assert found == {"paid": (0.9, 1.0, 0.9), "done": (0.4, 0.8, 0.5)}
    assert fallen({"begun": 10, "done": 4}, {"begun": 20, "done": 0}) == {}
