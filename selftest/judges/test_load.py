"""What a load run has to be before its figures count, and how many users there really were."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golive.catalogue import Limit
from golive.load.artefact import Built, Phase, Run, Size
from golive.load.results import SHARES, Figures
from golive.target.load_runs import LoadProfile
from golive.target.product import Release
from golive.verdict import Unobservable
from tests.judges.load import (
    enough,
    falls,
    full_minutes,
    full_rate,
    full_users,
    plateau,
    ramp_time,
    slices_for,
    slow_spell,
    strays,
    trusted,
    unfit,
)

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
RELEASE = Release(version="2.0.1", commit="a" * 40)
SMALL = Size(profile="short", rate=0.1, users=0.01, duration=0.04)
SMALL_PROFILE = LoadProfile(rate=0.1, users=0.01, duration=0.04)


def run(**changes: object) -> Run:
    facts = {
        "product": "aurastudio",
        "name": "rates",
        "environment": "production",
        "release": Built(version="2.0.1", commit="a" * 40),
        "started": NOW - timedelta(hours=1),
        "finished": NOW - timedelta(minutes=40),
        "results": ["results.csv"],
        "phases": [Phase(scenario="memory_store", model="open", rate=100, seconds=300)],
        "counts": {"http_reqs": 30_000},
    }
    return Run.model_validate(facts | changes)


def figures(p99: float, count: int = 100, begin: float = 0.0) -> Figures:
    return Figures("", "", "", begin, count, 0, 0, p99 / 2, p99, dict.fromkeys(SHARES, p99), 1.0)


def test_a_whole_recent_run_is_trusted() -> None:
    trusted(run(), LoadProfile(), NOW, 168, 30_000)
    assert unfit(run(), RELEASE) == []
    assert unfit(run(release=Built(version="v2.0.1", commit="a" * 7)), RELEASE) == []


@pytest.mark.parametrize(
    ("changes", "in_files", "why"),
    [
        ({}, 29_000, r"its files hold 29000 of 30000 requests"),
        ({"started": NOW - timedelta(days=9), "finished": NOW - timedelta(days=8)}, 30_000, r"192 hours old"),
        ({"finished": NOW + timedelta(hours=1)}, 30_000, r"in the future"),
        (
            {"size": SMALL},
            30_000,
            r"smaller size \(10% of the rates, 1% of the users, 4% of the durations of the full size\)",
        ),
    ],
)
def test_what_says_nothing(changes: dict[str, object], in_files: int, why: str) -> None:
    with pytest.raises(Unobservable, match=why):
        trusted(run(**changes), SMALL_PROFILE, NOW, 168, in_files)


def test_a_smaller_size_counts_where_the_target_says_that_it_is_the_whole() -> None:
    whole = SMALL_PROFILE.model_copy(update={"full_size": True})
    trusted(run(size=SMALL), whole, NOW, 168, 30_000)
    smaller = Size(profile="short", rate=0.01, users=0.01, duration=0.04)
    with pytest.raises(Unobservable, match="smaller size"):
        trusted(run(size=smaller), whole, NOW, 168, 30_000)


def test_another_release_and_an_early_end_are_no_evidence() -> None:
    assert "made on release 2.0.0" in unfit(run(release=Built(version="2.0.0")), RELEASE)[0]
    assert "made on release 2.0.1 bbbbbbb" in unfit(run(release=Built(version="2.0.1", commit="b" * 40)), RELEASE)[0]
    assert "did not come to its end: killed" in unfit(run(aborted="killed"), RELEASE)[0]


def test_full_size() -> None:
    assert full_rate(119, 12, SMALL) == pytest.approx(100)
    assert full_rate(0, 12, SMALL) == 0
    assert full_minutes(12, SMALL) == 5
    assert full_users(10, SMALL) == 1000


def test_too_few_requests_tell_no_percentile() -> None:
    assert enough(figures(1), 100, "it").count == 100
    for few in (None, figures(1, 99)):
        with pytest.raises(Unobservable, match="a percentile needs 100"):
            enough(few, 100, "it")


LIMIT = Limit(name="p99", op="<", value=500, unit="ms", source="default")


def test_a_slow_spell_is_found() -> None:
    slices = [figures(900, begin=10.0), *(figures(100, begin=10.0 + n) for n in range(1, 10))]
    assert "in the slice that begins after 0 s: p99 is 900" in str(slow_spell(slices, LIMIT, 50, "it"))
    assert slow_spell(slices[1:], LIMIT, 50, "it") is None
    assert slow_spell([figures(900, 10)], LIMIT, 50, "it") is None, "too few to say"


@given(st.integers(0, 100_000), st.integers(1, 2000))
def test_slices_hold_enough(count: int, least: int) -> None:
    many = slices_for(count, least)
    assert many == 1 or count / many >= least


RAMP = [(float(t), float(min(10, t))) for t in range(21)]


def test_a_straight_rise() -> None:
    assert ramp_time(RAMP, 10) == 10
    assert strays(RAMP, 10, 10) == 0
    assert not falls(RAMP, 10)
    assert plateau(RAMP, 10) == 10


def test_users_that_are_there_at_once() -> None:
    at_once = [(t, max(9.0, n)) for t, n in RAMP]
    assert strays(at_once, 10, 10) == pytest.approx(0.7)
    assert ramp_time([(0.0, 10.0)], 10) == 0


def test_users_that_never_come() -> None:
    few = [(t, min(6.0, n)) for t, n in RAMP]
    assert ramp_time(few, 10) is None
    assert plateau(few, 10) == 0
    assert strays([], 10, 10) == 1


def test_a_plateau_has_no_break() -> None:
    broken = [(t, n if t != 15 else 9.0) for t, n in RAMP]
    assert plateau(broken, 10) == 4
    gap = [(t, n) for t, n in RAMP if not 13 <= t <= 17]
    assert plateau(gap, 10) == 2
    assert falls([(0.0, 3.0), (1.0, 2.0)], 10)
