"""Windows of a release in use: reach, climbs, spells, shares, busy hours and tasks that died of memory."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.documents.markdown import read
from fixtures.documents.service_levels import service_levels
from golive.verdict import Unobservable
from tests.judges.busy import busiest, longest_over, percentile_of
from tests.judges.growth import growth, lives_of
from tests.judges.rates import hit_rate, most_likely_at_most
from tests.judges.reach import availability, bad_steps
from tests.judges.restarts import killed_for_memory
from tests.judges.statements import business, mean_time, slowest
from tests.judges.upward import climb, last_to_first, per_hour, spells

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
FIVE, QUARTER = timedelta(minutes=5), timedelta(seconds=15)
STEPS = [NOON + n * FIVE for n in range(288)]
ROUNDS = dict.fromkeys(STEPS, 20.0)


def test_an_outage_is_bad_time_and_silence_is_too() -> None:
    outage, silent = {STEPS[7]: 20.0}, {at: n for at, n in ROUNDS.items() if at != STEPS[7]}
    for places in ({"a": (ROUNDS, outage)}, {"a": (silent, {})}, {"a": (ROUNDS, {}), "b": (silent, {})}):
        bad = bad_steps(places, STEPS, FIVE, QUARTER)
        assert [(b.at, b.seconds) for b in bad] == [(STEPS[7], 300.0)]
        assert availability(bad, STEPS, FIVE) == pytest.approx(100 * (1 - 1 / 288))
    assert "20 were silent" in str(bad_steps({"a": (silent, {})}, STEPS, FIVE, QUARTER)[0])
    assert bad_steps({"a": (ROUNDS, {})}, STEPS, FIVE, QUARTER) == []


@given(st.integers(0, 20), st.integers(0, 20))
def test_bad_time_is_what_failed_and_what_was_not_heard(rounds: int, failed: int) -> None:
    failed = min(failed, rounds)
    bad = bad_steps({"a": ({NOON: float(rounds)}, {NOON: float(failed)})}, [NOON], FIVE, QUARTER)
    assert sum(b.seconds for b in bad) == pytest.approx(15 * (failed + 20 - rounds))


def test_a_climb_is_told_and_a_wave_is_none() -> None:
    wave = {at: 1 + 0.1 * math.sin(2 * math.pi * n / 12) for n, at in enumerate(STEPS)}
    rising = {at: v * (1 + 0.02 * n / 12) for n, (at, v) in enumerate(wave.items())}
    flat, up = climb(wave), climb(rising)
    assert flat is not None
    assert per_hour(flat) <= 0.1
    assert up is not None
    assert per_hour(up) > 1
    hour = timedelta(hours=1)
    assert last_to_first(wave, hour) == pytest.approx(1, abs=0.02)
    assert last_to_first(rising, hour) > 1.3
    assert climb(dict(list(wave.items())[:3])) is None


def test_spells_need_measurements() -> None:
    values = {STEPS[0]: 2.0, STEPS[1]: 9.0, STEPS[2]: 1.9}
    assert spells(values, {STEPS[0]: 10.0, STEPS[1]: 9.0, STEPS[2]: 50.0}, 2.0, 10) == {STEPS[0]: 2.0}


def test_shares_tell_how_sure_they_are() -> None:
    assert most_likely_at_most(0, 3000) == pytest.approx(0.001, abs=1e-4)
    assert most_likely_at_most(3, 1000) > 0.003
    assert most_likely_at_most(0, 0) == 1
    assert (hit_rate(3, 7), hit_rate(0, 0)) == (30, None)


def test_busy_hours_are_those_of_each_day() -> None:
    hours = [NOON + timedelta(hours=n) for n in range(24)]
    values = {at: float(n) for n, at in enumerate(hours)}
    assert sorted(busiest(values, 2).values()) == [10.0, 11.0, 22.0, 23.0]


def test_time_over_a_bound_ends_with_the_first_good_point() -> None:
    minute = timedelta(minutes=1)
    points = [(NOON + n * minute, v) for n, v in enumerate([50, 95, 95, 90, 95, 95, 95])]
    assert longest_over(points, 90, minute) == (NOON + 4 * minute, 3 * minute)
    assert longest_over(points[:1], 90, minute)[1] == timedelta(0)
    assert percentile_of([1, 2, 3, 4], 95) == 4
    assert percentile_of([], 95) == 0


def test_what_the_kernel_ended_is_told() -> None:
    tasks = {
        "a": (NOON, ["OutOfMemoryError: Container killed due to memory usage"], {}),
        "b": (NOON, ["Essential container in task exited"], {"api": 137}),
        "c": (NOON, ["Scaling activity initiated"], {"api": 0}),
        "d": (NOON - timedelta(days=1), ["OutOfMemoryError"], {}),
    }
    found = killed_for_memory(tasks, NOON - timedelta(hours=1))
    assert [f.split()[0] for f in found] == ["a", "b"]
    assert "exit code 137" in found[1]


TABLE = """# Levels

| Service level | Measured as | Promise |
|---|---|---|
| Availability | reachable | 99.9 % |
| Voice | p95 of voice_latency | {} |
"""


def test_promises_are_read_from_their_table() -> None:
    reached, voice = service_levels(read(TABLE.format("500 ms")), "x.md")
    assert (reached.measure, reached.promise) == ("reachable", 99.9)
    assert (voice.measure, voice.percent, voice.word, voice.promise) == ("percentile", 95, "voice_latency", 0.5)


@pytest.mark.parametrize("promise", ["fast", "99 %", ""])
def test_a_promise_that_can_not_be_read_is_told(promise: str) -> None:
    with pytest.raises(Unobservable, match="service level Voice"):
        service_levels(read(TABLE.format(promise)), "x.md")


def test_a_document_without_promises_is_not_judged() -> None:
    with pytest.raises(Unobservable):
        list(service_levels(read("# Levels\n\nSoon."), "x.md"))


def test_trivial_statements_drown_nothing() -> None:
    rows = [
        ("select $1", 10**6, 1000.0),
        ("SET app.organization_id = $1", 10**6, 900.0),
        ("begin", 10**6, 10.0),
        ("select pg_catalog.version()", 10**6, 10.0),
        ("SELECT set_config($1, $2, $3)", 10**6, 2000.0),
        ("select * from leads where id = $1", 100, 30_000.0),
        ("select $1, pg_sleep($2)", 1, 1200.0),
        ("settle", 0, 0.0),
    ]
    counted = business(rows)
    assert [s.calls for s in slowest(counted, 9)] == [1, 100]
    assert mean_time(counted) == pytest.approx(31_200 / 101)


def test_a_process_that_is_recycled_does_not_hide_that_it_grows() -> None:
    saw = [(at, 100 + 5.0 * (n % 12)) for n, at in enumerate(STEPS)]
    flat = [(at, 100 + n % 2) for n, at in enumerate(STEPS)]
    steep = [(at, 100 * (1 + 0.05 * (n % 12))) for n, at in enumerate(STEPS)]
    assert len(lives_of(steep)) == 24
    assert all((growth(part) or 0) > 30 for part in lives_of(steep))
    assert len(lives_of(saw)) == 24
    assert (growth(flat) or 0) <= 0.1
    assert growth(flat[:3]) is None
