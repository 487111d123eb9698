"""A load run in a Prometheus tells what its samples do, between bounds, and says what nobody knows."""

from __future__ import annotations

import math
import operator
from collections import Counter
from dataclasses import dataclass
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from golive.load.bracket import Bracket
from golive.load.histograms import Histogram, merged
from golive.load.remote import Labels, RemoteSeries, Written
from golive.load.watched import WatchedResults
from golive.verdict import Unobservable

BEGIN, PUSHES, END = 1_795_332_000.0, 5.0, 1_795_332_120.0
Sample = tuple[float, float, str, bool]
"""Seconds after `BEGIN`, ms, operation, failed."""

samples = st.lists(
    st.tuples(
        st.integers(0, 99_000).map(lambda ms: ms / 1000), st.integers(1, 3_000_000).map(lambda us: us / 1000),
        st.sampled_from(["store", "recall"]), st.booleans(),
    ),
    min_size=1, max_size=80,
)  # fmt: skip


def bucket(seconds: float) -> tuple[float, float]:
    """The bucket of k6's native histograms: eight to each power of two."""
    n = math.ceil(math.log2(seconds) * 8 - 1e-12)
    return 2 ** ((n - 1) / 8), 2 ** (n / 8)


@dataclass
class Kept:
    """What a Prometheus holds of a run that was pushed each five seconds."""

    rows: list[Sample]
    native: bool = True
    others: tuple[tuple[str, float], ...] = ()
    """Further series by name, and their last value."""
    begin, end, url = BEGIN - 600, END, "http://prometheus.example.com"
    labels = {"testid": "a"}

    def groups(self) -> dict[tuple[str, bool], list[Sample]]:
        found: dict[tuple[str, bool], list[Sample]] = {}
        for row in sorted(self.rows):
            found.setdefault((row[2], row[3]), []).append(row)
        return found

    def written(self, name: str) -> list[Written]:
        if name != "k6_http_reqs_total":
            known = [(n, v) for n, v in self.others if n == name]
            return [Written({"__name__": n, "scenario": "mixed"}, ((BEGIN + 100, v),)) for n, v in known]
        found = []
        for (operation, failed), rows in self.groups().items():
            pushed: Counter[float] = Counter(math.ceil(r[0] / PUSHES) * PUSHES for r in rows)
            total, points = 0, []
            for t in sorted(pushed):
                total += pushed[t]
                points.append((BEGIN + t, float(total)))
            found.append(Written(self.named(operation, failed, name), tuple(points)))
        return found

    def histograms(self, name: str, moments: list[float]) -> list[dict[Labels, Histogram]]:
        if not self.native or name != "k6_http_req_duration_seconds":
            return [{} for _ in moments]
        found: list[dict[Labels, Histogram]] = []
        for moment in moments:
            here = {}
            for (operation, failed), rows in self.groups().items():
                seen = [r for r in rows if BEGIN + math.ceil(r[0] / PUSHES) * PUSHES <= moment]
                if seen:
                    times = [r[1] / 1000 for r in seen]
                    whole = Histogram(len(seen), math.fsum(times), Counter(map(bucket, times)))
                    here[frozenset(self.named(operation, failed, name).items())] = whole
            found.append(here)
        return found

    def named(self, operation: str, failed: bool, name: str) -> dict[str, str]:
        return {
            "__name__": name, "name": operation, "scenario": "mixed", "tenant": "amber", "status": "200",
            "expected_response": str(not failed).lower(),
        }  # fmt: skip


def watched(rows: list[Sample], **more: Any) -> WatchedResults:
    return WatchedResults(cast(RemoteSeries, Kept(rows, **more)), PUSHES)


def rank(values: list[float], share: float) -> float:
    return sorted(values)[max(1, math.ceil(round(share * len(values), 9))) - 1]


def holds(found: float, true: float) -> bool:
    return isinstance(found, Bracket) and found.low <= true * (1 + 1e-9) and float(found) >= true * (1 - 1e-9)


@settings(max_examples=40, deadline=None)
@given(rows=samples)
def test_the_truth_is_always_between_the_bounds(rows: list[Sample]) -> None:
    results = watched(rows)
    found = {f.operation: f for f in results.figures(("operation",))}
    assert set(found) == {r[2] for r in rows}
    for name, figures in found.items():
        own = [r for r in rows if r[2] == name]
        times = [r[1] for r in own]
        assert (figures.count, figures.failed) == (len(own), sum(r[3] for r in own))
        assert figures.mean == pytest.approx(math.fsum(times) / len(times))
        assert all(holds(figures.percentiles[s], rank(times, s)) for s in (0.5, 0.95, 0.99, 0.999))
        assert holds(figures.longest, max(times))
    good = [r[1] for r in rows if not r[3]]
    (fine,) = results.figures((), good_only=True)
    assert holds(fine.p95, rank(good, 0.95)) if good else math.isnan(fine.p95)
    assert results.percentile(0.99, infinite=len(rows)) == math.inf
    slices = results.figures((), window=(BEGIN, BEGIN + 100), slices=20)
    assert sum(f.count for f in slices) == sum(math.ceil(r[0] / 5) * 5 > 0 for r in rows), "each in one slice"


@settings(max_examples=20, deadline=None)
@given(rows=samples)
def test_a_steady_part_holds_no_request_from_outside(rows: list[Sample]) -> None:
    begin, end = BEGIN + 30, BEGIN + 90
    before = [r for r in rows if math.ceil(r[0] / 5) * 5 <= 30]
    inside = [r for r in rows if (35 if before else 0) < math.ceil(r[0] / 5) * 5 <= 90]
    found = watched(rows).figures((), window=(begin, end), scenario="mixed")
    assert sum(f.count for f in found) == len(inside)
    assert all(holds(f.p99, rank([r[1] for r in inside], 0.99)) for f in found)


def test_a_limit_between_the_bounds_is_not_judged() -> None:
    p99 = Bracket(480, 523)
    assert p99 < 524
    assert not p99 > 523
    assert p99 > 479
    for compare in (operator.lt, operator.le, operator.gt, operator.ge):
        with pytest.raises(Unobservable, match="between 480 and 523, and the limit is 500"):
            compare(p99, 500)
    with pytest.raises(Unobservable, match=r"between 0\.48 and 0\.523"):
        assert round(p99 / 1000, 3) <= 0.5
    ratio = p99 / Bracket(100, 110)
    assert (round(ratio.low, 3), round(float(ratio), 3)) == (4.364, 5.23)
    assert (1 / Bracket(2, 4)).low == 0.25
    assert max(Bracket(1, 9), Bracket(5, 6)) == 9
    assert (100 - Bracket(1, 2)).low == 98


ROWS: list[Sample] = [(n / 10, 20.0 + n, "store" if n % 2 else "recall", n % 50 == 0) for n in range(300)]


def test_k6s_own_percentiles_tell_the_whole_run_at_most() -> None:
    plain = watched(ROWS, native=False)
    (found,) = plain.figures(())
    assert (found.count, found.failed) == (300, 6), "counters are exact"
    with pytest.raises(Unobservable, match="does not tell p99"):
        assert found.p99 < 1000
    with pytest.raises(Unobservable, match="native histograms"):
        plain.percentile(0.99, window=(BEGIN + 10, BEGIN + 20))


def test_a_wrong_content_is_not_lost() -> None:
    assert watched(ROWS, others=(("k6_checks_rate", 1.0),)).figures(())[0].wrong == 0
    with pytest.raises(Unobservable, match=r"contents were wrong: only 99\.00%"):
        watched(ROWS, others=(("k6_checks_rate", 0.99),)).figures(())
    counted = (("k6_golive_contents_total", 294.0), ("k6_golive_wrong_contents_total", 3.0), ("k6_checks_rate", 0.99))
    results = watched(ROWS, others=counted)
    (found,) = results.figures(())
    assert (found.wrong, found.errors) == (3, 9 / 300)
    assert results.total("check", scenario="mixed") == (294, 294.0)
    with pytest.raises(Unobservable, match="not how many"):
        watched(ROWS, others=(("k6_checks_rate", 1.0),)).total("check")


def test_histograms_that_lack_requests_and_counters_that_go_back_are_no_results() -> None:
    class Lossy(Kept):
        def histograms(self, name: str, moments: list[float]) -> list[dict[Labels, Histogram]]:
            return [dict(list(held.items())[1:]) for held in super().histograms(name, moments)]

    class Twice(Kept):
        def written(self, name: str) -> list[Written]:
            return [Written(w.labels, (*w.points, (END, 1.0))) for w in super().written(name)]

    with pytest.raises(Unobservable, match=r"histograms hold \d+ of 300 requests"):
        WatchedResults(cast(RemoteSeries, Lossy(ROWS)), PUSHES).figures(())
    with pytest.raises(Unobservable, match="each a tag of its own"):
        WatchedResults(cast(RemoteSeries, Twice(ROWS)), PUSHES)
    with pytest.raises(Unobservable, match="became smaller"):
        Histogram(1, 1.0, {(0.5, 1.0): 1}).since(Histogram(2, 2.0, {(0.5, 1.0): 2}))
    with pytest.raises(Unobservable, match="holds no requests"):
        watched([]).figures(())


def test_what_the_api_writes_is_read() -> None:
    raw = {"count": "3", "sum": "0.5", "buckets": [[3, "-1e-128", "1e-128", "1"], [0, "0.1", "0.2", "2"]]}
    found = merged(
        [Histogram.read(raw), Histogram.read({"count": "1", "sum": "0.15", "buckets": [[0, "0.1", "0.2", "1"]]})]
    )
    assert (found.count, found.total) == (4, 0.65)
    assert [found.ranked(n).low for n in (1, 2, 4)] == [0.0, 0.1, 0.1]
    assert Histogram.read({"count": "0", "sum": "0"}).quantile(0.5) != 0
