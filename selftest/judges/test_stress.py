"""Where a system gives way, and what only looks so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golive.load.trends import Step, breaking_point
from golive.verdict import Unobservable
from tests.judges.stress import Level, Outcome, growth_problems, improper_statuses, not_the_system, overloaded, well

GOOD = frozenset({200})
SLOW, ERRORS = 2000.0, 0.05


def level(number: int, offered: float, good: float, *, p99: float = 300, dropped: int = 0, status: int = 503) -> Level:
    """Ten seconds of load; what was not served ended with `status`."""
    served, failed = round(10 * good), round(10 * (offered - good)) - dropped
    outcomes = (Outcome("recall", 200, served, p99), Outcome("recall", status, failed, 5))
    lost = (failed + dropped) / (10 * offered)
    step = Step(10.0 * number, 10, offered, good, p99, lost)
    return Level(f"step-{number:02}", step, (served + failed) / 10, dropped, outcomes, GOOD)


LEVELS = [
    level(1, 10, 10),
    level(2, 12, 12),
    level(3, 14.4, 14.4),
    level(4, 17.3, 14),
    level(5, 20.7, 14.5),
    level(6, 25, 14),
]


def test_steps_grow_by_a_fifth() -> None:
    assert growth_problems(LEVELS, 20) == []
    found = growth_problems([LEVELS[0], LEVELS[2], LEVELS[2]], 20)
    assert found[0] == "from step-01 to step-03 the load grew by 44 percent, want up to 20"
    assert "grew by 0 percent" in found[1]
    with pytest.raises(Unobservable, match="1 steps"):
        growth_problems(LEVELS[:1], 20)


def test_overload_is_the_first_step_at_one_and_a_half_times_what_was_carried() -> None:
    found = breaking_point([x.step for x in LEVELS], ERRORS, SLOW)
    assert found.capacity is LEVELS[2].step
    assert overloaded(LEVELS, found, 1.5) is LEVELS[5]
    with pytest.raises(Unobservable, match="no step offered 3 times"):
        overloaded(LEVELS, found, 3)
    with pytest.raises(Unobservable, match="every step broke"):
        overloaded(LEVELS, breaking_point([LEVELS[3].step], ERRORS, SLOW), 1.5)


def test_what_is_carried_is_no_overload_though_a_stall_broke_a_lower_step() -> None:
    stalled = [level(1, 10, 10), level(2, 12, 12, p99=2500), *LEVELS[2:], level(7, 30, 13)]
    found = breaking_point([x.step for x in stalled], ERRORS, SLOW)
    assert (found.capacity, found.broken) == (stalled[0].step, stalled[1].step)
    assert (found.held, found.gave_way) == (stalled[2].step, stalled[3].step)
    assert overloaded(stalled, found, 1.5) is stalled[5], "and not the third, which is one and a half times the first"


def test_a_stall_alone_is_no_giving_way() -> None:
    stalled = [level(1, 10, 10), level(2, 12, 12, p99=2500), level(3, 14.4, 14.4)]
    found = breaking_point([x.step for x in stalled], ERRORS, SLOW)
    assert found.broken is stalled[1].step
    assert found.gave_way is None


def test_a_limit_on_the_generator_is_no_breaking_point() -> None:
    assert "429" in (not_the_system(level(4, 17, 12, status=429), SLOW, ERRORS) or "")
    assert not_the_system(level(4, 17, 12, status=503), SLOW, ERRORS) is None
    assert not_the_system(level(4, 17, 12, status=429, p99=5000), SLOW, ERRORS) is None


def test_a_generator_that_could_not_send_is_no_breaking_point() -> None:
    assert "the generator was the limit" in (not_the_system(level(4, 17, 12, dropped=50), SLOW, ERRORS) or "")
    assert not_the_system(level(4, 17, 12, dropped=50, p99=4000), SLOW, ERRORS) is None


def test_a_crash_is_no_proper_refusal() -> None:
    assert improper_statuses(LEVELS) == {}
    assert improper_statuses([level(4, 17, 12, status=502)]) == {"recall: 502": 50}
    assert improper_statuses([level(4, 17, 12, status=0)]) == {}, "no answer has no status: it is counted elsewhere"


@given(st.integers(1, 50), st.integers(0, 50), st.floats(0, 5000))
def test_a_slice_is_well_by_its_worst_operation(many: int, failed: int, p99: float) -> None:
    failed = min(many, failed)
    fine = {"a": (10, 0, 100.0)}
    assert well(fine, SLOW, ERRORS)
    assert not well({}, SLOW, ERRORS)
    assert well(fine | {"b": (many, failed, p99)}, SLOW, ERRORS) == (failed / many <= ERRORS and p99 <= SLOW)
