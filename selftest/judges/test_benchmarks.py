"""Micro-benchmarks, judged on made-up runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from fixtures.ci.benchmarks import Benchmark, Measured, read
from golive.catalogue import load_catalogue
from golive.verdict import Unobservable
from tests.judges.benchmarks import absent, slower, unlike

LIMIT = load_catalogue()["SEI-1.3.1.1.4"].limit("median_to_baseline")
NOW, NEW, OLD = datetime(2026, 11, 22, tzinfo=UTC), "b" * 40, "a" * 40


def bench(name: str, median: float, spread: float = 0.02) -> Benchmark:
    data = tuple(median * (1 + spread * (n - 10) / 10) for n in range(21))
    return Benchmark(name, median, len(data), data)


def run(commit: str, *benchmarks: Benchmark, days: int = 0) -> Measured:
    return Measured(commit, False, NOW - timedelta(days=days), "EPYC, 4 CPUs", {b.name: b for b in benchmarks})


BEFORE = run(OLD, bench("one", 1e-5), bench("two", 2e-3), days=9)


def test_the_same_is_no_regression() -> None:
    now = run(NEW, bench("one", 1.09e-5), bench("two", 1e-3), bench("three", 5.0))
    assert slower(now, BEFORE, LIMIT) == ([], [])
    assert absent(now, BEFORE) == []
    assert list(unlike(now, BEFORE, NEW, OLD)) == []


def test_what_is_slower_is_told_with_its_times() -> None:
    certain, unsure = slower(run(NEW, bench("one", 1.3e-5), bench("two", 2.6e-3)), BEFORE, LIMIT)
    assert unsure == []
    assert certain[0].startswith("one: 10.0 µs became 13.0 µs, 1.30 times that")
    assert certain[1].startswith("two: 2.00 ms became 2.60 ms")


def test_noise_is_neither_a_regression_nor_a_pass() -> None:
    certain, unsure = slower(run(NEW, bench("one", 1.13e-5, spread=0.6)), BEFORE, LIMIT)
    assert certain == []
    assert unsure[0].endswith("and its rounds differ by as much")
    bare = replace(bench("one", 1.13e-5), data=())
    assert slower(run(NEW, bare), run(OLD, replace(bench("one", 1e-5), data=())), LIMIT)[0]


def test_a_benchmark_that_is_gone_is_told() -> None:
    assert absent(run(NEW, bench("one", 1e-5)), BEFORE) == ["two"]


@pytest.mark.parametrize(
    ("now", "before", "why"),
    [
        (run(OLD, bench("one", 1)), BEFORE, "they measured another commit"),
        (run(NEW), run(NEW, days=1), "the release itself: each ratio to it is 1"),
        (run(NEW), run("c" * 40, days=1), "was deployed before this release"),
        (replace(run(NEW), dirty=True), BEFORE, "not committed"),
        (run(NEW, days=20), BEFORE, "and the release before that"),
        (replace(run(NEW), machine="i3, 2 CPUs"), BEFORE, "unlike machines"),
    ],
)
def test_runs_that_do_not_compare(now: Measured, before: Measured, why: str) -> None:
    assert any(why in said for said in unlike(now, before, NEW, OLD))


def test_a_broken_file_is_told() -> None:
    with pytest.raises(Unobservable, match="artifact x can't be read: KeyError"):
        read({"benchmarks": []}, "artifact x")
