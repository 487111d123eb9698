"""The evaluator of rollback rules: its vectors, and that it agrees with a plain reading of the rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from golive.rollback import (
    Action,
    Bucket,
    Clock,
    ClockSkewError,
    Context,
    Missing,
    Reading,
    Rule,
    State,
    buckets,
    replay,
)

START = datetime(2026, 11, 22, 3, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
VOICE = Rule("voice", 5.0, MINUTE, 5 * MINUTE, "s", least_samples=20)
PROBE = timedelta(seconds=10)
DATABASE = Rule(
    "database", 0, PROBE, 2 * MINUTE, clock=Clock.ELAPSED, missing=Missing.BREACH_UNLESS_BLIND, good_to_reset=3,
    fresh_deploy=60 * MINUTE, missing_in_a_row=1,
)  # fmt: skip
NONE, PAGE, ROLLBACK = Action.NONE, Action.PAGE, Action.ROLLBACK


def series(values: list[float | None], rule: Rule = VOICE) -> list[Bucket]:
    return [Bucket(START + n * rule.every, v) for n, v in enumerate(values)]


def actions(values: list[float | None], rule: Rule = VOICE, context: Context | None = None) -> list[tuple[int, Action]]:
    """Which bucket, counted from one, led to something."""
    found = replay(rule, series(values, rule), context)
    return [(n, d.action) for n, d in enumerate(found, 1) if d.action is not NONE]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param([4.9] * 9, [], id="just under"),
        pytest.param([5.0] * 9, [], id="exactly at the limit"),
        pytest.param([5.1] * 4 + [1], [], id="over but short"),
        pytest.param([5.1] * 6, [(5, ROLLBACK)], id="over and long"),
        pytest.param([9, 9, 9, 9, 1, 9, 9, 9, 9], [], id="a dip resets"),
        pytest.param([9, 9, None, 9, 9, 9], [(6, ROLLBACK)], id="a gap stops the clock"),
        pytest.param([9, 9, None, None, None, 9, 9, 9], [(5, PAGE), (8, ROLLBACK)], id="a long gap pages"),
        pytest.param([None] * 9, [(3, PAGE)], id="no traffic pages once"),
        pytest.param([float("inf")] * 5, [(5, ROLLBACK)], id="nothing but abandoned turns"),
        pytest.param([9, 9, 9, 9, 1, 9, 9, 9, 9, 1, 9], [(10, PAGE)], id="flapping pages"),
        pytest.param([9] * 30, [(5, ROLLBACK)], id="latched: fires once"),
        pytest.param([9] * 5 + [1] * 9 + [9] * 6, [(5, ROLLBACK)], id="nine good minutes do not clear"),
        pytest.param([9] * 5 + [1] * 10 + [9] * 5, [(5, ROLLBACK), (20, PAGE)], id="twice within the hour pages"),
        pytest.param([9] * 5 + [1] * 60 + [9] * 5, [(5, ROLLBACK), (70, ROLLBACK)], id="again after an hour"),
    ],
)  # fmt: skip
def test_vectors(values: list[float | None], expected: list[tuple[int, Action]]) -> None:
    assert actions(values) == expected


def test_a_bucket_of_few_samples_says_nothing() -> None:
    few = [replace(b, samples=3) for b in series([99.0] * 6)]
    assert [d.action for d in replay(VOICE, few)] == [NONE, NONE, PAGE, NONE, NONE, NONE]


def test_the_decision_says_what_was_seen_and_for_how_long() -> None:
    assert replay(VOICE, series([7.5] * 5))[-1].reason == "voice: 7.5 s, over 5 s for 0:05:00"


def test_no_way_leads_to_a_version_that_was_rolled_back() -> None:
    found = replay(VOICE, series([9.0] * 5), Context(to_version="1.3", rolled_back=frozenset({"1.3"})))[-1]
    assert found.action is PAGE
    assert found.active
    assert "1.3 has been rolled back itself" in found.reason


def test_silence_of_the_balancer_is_a_breach_only_where_probes_from_outside_fail() -> None:
    api = Rule("api", 5, timedelta(seconds=30), 3 * MINUTE, least_samples=20, missing=Missing.BREACH_IF_OUTSIDE_FAILS)
    silent = [Bucket(START + n * api.every, None) for n in range(6)]
    assert ROLLBACK not in [d.action for d in replay(api, silent)]
    assert replay(api, [replace(b, outside_failed=True) for b in silent])[-1].action is ROLLBACK
    few = [replace(b, value=100.0, samples=3, outside_failed=True) for b in silent]
    assert api.state(few[0]) is State.UNKNOWN


def test_the_database_clock_goes_on_until_three_probes_in_a_row_are_good() -> None:
    fresh = Context(deployed_at=START)
    assert actions([1] * 13, DATABASE, fresh) == []
    assert actions([1] * 14, DATABASE, fresh) == [(14, ROLLBACK)]
    assert actions([1, 0, 0] * 6, DATABASE, fresh) == [(16, ROLLBACK)]
    assert actions([1, 0, 0, 0] * 9, DATABASE, fresh) == []
    assert actions([1] * 14, DATABASE) == [(14, PAGE)]


def test_a_database_probe_without_result_is_down_unless_the_prober_is_silent() -> None:
    missing = series([None] * 14, DATABASE)
    assert replay(DATABASE, missing, Context(deployed_at=START))[-1].action is ROLLBACK
    assert [d.action for d in replay(DATABASE, [replace(b, blind=True) for b in missing])][:2] == [PAGE, NONE]


def test_a_container_killed_for_memory_counts_and_resets_nothing() -> None:
    memory = Rule(
        "memory", 95, MINUTE, 10 * MINUTE, "%", clear_below=90, missing=Missing.BREACH_WHEN_REPEATED,
        flapping=10 * MINUTE,
    )  # fmt: skip
    sawtooth = series([96.0] * 5 + [20] + [96.0] * 5, memory)
    assert ROLLBACK not in [d.action for d in replay(memory, sawtooth)]
    killed = [replace(b, event=b.value == 20) for b in sawtooth]
    assert replay(memory, killed)[9].action is ROLLBACK
    assert actions([None] * 12, memory) == [(12, ROLLBACK)]
    assert replay(memory, series([96.0] * 10 + [93.0] * 20, memory))[-1].active
    assert not replay(memory, series([96.0] * 10 + [89.0] * 10, memory))[-1].active


def test_points_lie_on_the_grid_and_the_open_bucket_is_left_out() -> None:
    points = [Reading(START + timedelta(seconds=5), 1), Reading(START + timedelta(seconds=50), 9)]
    found = buckets(points, MINUTE, START, START + timedelta(seconds=134))
    assert [b.value for b in found] == [9]
    assert [b.value for b in buckets(points, MINUTE, START, START + timedelta(seconds=135))] == [9, None]


def test_what_arrives_late_is_left_out() -> None:
    late = Reading(START, 9, arrived=START + timedelta(seconds=121))
    assert [b.value for b in buckets([late], MINUTE, START, START + 2 * MINUTE)] == [None]


def test_a_value_of_the_future_is_refused() -> None:
    with pytest.raises(ClockSkewError, match="clocks differ"):
        buckets([Reading(START + timedelta(seconds=6), 1)], MINUTE, START, START)


def test_a_hole_in_the_series_is_refused() -> None:
    with pytest.raises(ValueError, match="does not follow"):
        replay(VOICE, [Bucket(START, 1), Bucket(START + 2 * MINUTE, 1)])


def test_a_rule_that_can_not_be_is_refused() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        Rule("x", 1, 2 * MINUTE, MINUTE)


def _reset_before(states: list[State], first: int, here: int, good: int) -> int:
    """The end of the last run of `good` good buckets with no breach inside, else where the reading starts."""
    for end in range(here, first - 1, -1):
        known = [s for s in states[first : end + 1] if s is not State.UNKNOWN]
        if states[end] is State.GOOD and len(known) >= good and set(known[-good:]) == {State.GOOD}:
            return end + 1
    return first


def _fires(rule: Rule, states: list[State], first: int, here: int) -> bool:
    if states[here] is not State.BREACH:
        return False
    span = states[_reset_before(states, first, here, rule.good_to_reset) : here + 1]
    if rule.clock is Clock.BREACHES:
        return span.count(State.BREACH) * rule.every >= rule.duration
    since = span[span.index(State.BREACH) :]
    return (len(since) - since.count(State.UNKNOWN) - 1) * rule.every > rule.duration


def _clears(rule: Rule, states: list[State], values: list[float | None], fired: int, here: int) -> bool:
    calm = 0
    for state, value in zip(states[fired + 1 : here + 1], values[fired + 1 : here + 1], strict=True):
        if state is State.UNKNOWN:
            continue
        low = rule.clear_below is None or (value is not None and value < rule.clear_below)
        calm = calm + 1 if state is State.GOOD and low else 0
    return calm * rule.every >= rule.clear_after


def plain_reading(rule: Rule, values: list[float | None]) -> list[tuple[int, bool]]:
    """For each bucket: does it fire, and is the condition active after it? Looks at the whole past each time."""
    states = [State.UNKNOWN if v is None else State.BREACH if v > rule.above else State.GOOD for v in values]
    found: list[tuple[int, bool]] = []
    first, fired = 0, -1
    for here in range(len(values)):
        if fired >= 0:
            if _clears(rule, states, values, fired, here):
                first, fired = here + 1, -1
            found.append((0, fired >= 0))
        elif _fires(rule, states, first, here):
            fired = here
            found.append((1, True))
        else:
            found.append((0, False))
    return found


VALUES = st.lists(st.sampled_from([1.0, 4.5, 5.0, 5.1, 5.1, 9.0, 9.0, 9.0, None]), max_size=60)
RULES = st.builds(
    lambda clock, minutes, good, below, clear: Rule(
        "any", 5.0, MINUTE, minutes * MINUTE, clock=clock, good_to_reset=good, clear_below=below,
        clear_after=clear * MINUTE,
    ),
    st.sampled_from(Clock), st.integers(1, 6), st.integers(1, 4), st.sampled_from([None, 5.0, 2.0]), st.integers(1, 6),
)  # fmt: skip


@settings(deadline=None)
@given(RULES, VALUES)
def test_the_evaluator_agrees_with_a_plain_reading_of_the_rule(rule: Rule, values: list[float | None]) -> None:
    found = replay(rule, series(values, rule))
    fired = [int("over" in d.reason and d.active and "active since" not in d.reason) for d in found]
    assert list(zip(fired, [d.active for d in found], strict=True)) == plain_reading(rule, values)


@settings(deadline=None)
@given(VALUES)
def test_at_most_one_automatic_rollback_an_hour(values: list[float | None]) -> None:
    at = [d.at for d in replay(VOICE, series(values)) if d.action is ROLLBACK]
    assert all(b - a >= VOICE.once_in for a, b in pairwise(at))


@settings(deadline=None)
@given(VALUES, VALUES)
def test_the_past_decides_alone(values: list[float | None], more: list[float | None]) -> None:
    assert replay(VOICE, series(values + more))[: len(values)] == replay(VOICE, series(values))
