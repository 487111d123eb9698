"""Neighbours of a greedy tenant: the mildest of equal bouts counts, and silence is no health."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from golive.catalogue import Line, load_catalogue
from golive.verdict import Unobservable
from tests.judges.greed import Bout, Spell, greed_problems

QUIET = Spell(due=200, requests=200, p95=20, failed=0, job_wait=150, cached=50, uncached=0)
BOUT = Bout("calls", QUIET, QUIET, sent=300, refused=200, load=22)


@pytest.fixture(scope="module")
def line() -> Line:
    return next(line for line in load_catalogue() if line.id == "SEI-2.2.2.2.3")


def problems(line: Line, *bouts: Bout) -> list[str]:
    return [p for p in greed_problems(line, "the run", bouts) if p]


def test_neighbours_as_before_and_a_tenant_that_is_throttled(line: Line) -> None:
    assert not problems(line, BOUT, BOUT)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"p95": 60.0}, "victim p95 is 3"),
        ({"requests": 100}, "never"),
        ({"failed": 1}, "victim error increase is 0.5"),
        ({"job_wait": 9000.0}, "victim job wait is 60"),
        ({"job_wait": math.nan}, "never"),
        ({"cached": 10, "uncached": 40}, "victim hits lost is 80"),
    ],
)
def test_what_both_bouts_do_is_told_and_what_one_does_is_not(line: Line, changes: dict[str, float], said: str) -> None:
    bad = replace(BOUT, greedy=replace(QUIET, **changes))
    found = problems(line, bad, bad)
    assert len(found) == 1
    assert said in found[0]
    assert not problems(line, bad, BOUT)


def test_one_kind_is_not_hidden_by_another(line: Line) -> None:
    jobs = replace(BOUT, kind="jobs", greedy=replace(QUIET, job_wait=30_000))
    assert "during its jobs" in problems(line, BOUT, jobs, BOUT, jobs)[0]


def test_nothing_holds_it_back_or_it_was_not_greedy(line: Line) -> None:
    assert "calls: greedy rejections is 0" in problems(line, replace(BOUT, refused=0), replace(BOUT, kind="jobs"))[0]
    assert "greedy load is 5" in problems(line, replace(BOUT, load=5))[0]


@pytest.mark.parametrize(
    "bout",
    [
        replace(BOUT, quiet=replace(QUIET, requests=0)),
        replace(BOUT, quiet=replace(QUIET, requests=20)),
        replace(BOUT, quiet=replace(QUIET, job_wait=math.nan)),
        replace(BOUT, greedy=replace(QUIET, cached=0)),
        replace(BOUT, sent=0),
    ],
)
def test_what_says_nothing_is_not_judged(line: Line, bout: Bout) -> None:
    with pytest.raises(Unobservable):
        greed_problems(line, "the run", [bout])
