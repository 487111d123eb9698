"""What the generators of one load run pushed to a Prometheus: their counters, and response times as far as they tell.

Counters are exact at each push. Response times are native histograms, or k6's own percentiles of each series since the
run's begin, of which only bounds follow for all of them together, and nothing for a later part of the run.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise

from golive.load.bracket import Bracket
from golive.load.figures import SHARES, Quality
from golive.load.histograms import Histogram, merged
from golive.load.remote import Labels, RemoteSeries, Written
from golive.verdict import Unobservable

NATIVE = "Let k6 write native histograms (K6_PROMETHEUS_RW_TREND_AS_NATIVE_HISTOGRAM=true), or CSV"
DURATIONS, REQUESTS = "k6_http_req_duration_seconds", "k6_http_reqs_total"
LOOKED_AT, WRONG, HELD = "golive_contents", "golive_wrong_contents", "k6_checks_rate"
LABELS = {"operation": "name", "tenant": "tenant", "scenario": "scenario"}
Window = tuple[float, float]


class Untold(Mapping[float, float]):
    """Percentiles that nobody knows: each raises Unobservable."""

    def __getitem__(self, share: float) -> float:
        raise Unobservable(
            f"what k6 wrote to Prometheus does not tell p{100 * share:g} of this part of the run", NATIVE
        )

    def __iter__(self) -> Iterator[float]:
        return iter(SHARES)

    def __len__(self) -> int:
        return len(SHARES)


class _Partly(dict[float, float]):
    """Those percentiles that k6 wrote; of the others nobody knows."""

    def __missing__(self, share: float) -> float:
        return Untold()[share]


class Pushed:
    """The series of one run. All moments are in seconds since the epoch.

    Args:
        interval: seconds between two pushes of k6.

    Raises:
        Unobservable: the server does not answer, or a counter went back.
    """

    def __init__(self, series: RemoteSeries, interval: float) -> None:
        self.series, self.finest = series, interval
        self.requests = series.written(REQUESTS)
        for one in self.requests:
            if any(after < before for (_, before), (_, after) in pairwise(one.points)):
                raise Unobservable(
                    f"{REQUESTS} of {one.labels.get('name')} went back while the run went on",
                    "Two generators write into one series: give each a tag of its own, such as instance_id",
                )
        self.quality = Quality(sum(round(s.at(series.end)) for s in self.requests), 0, 0, 0)

    def close(self) -> None:
        """Give the connection back."""
        self.series.close()

    def times(
        self, some: Sequence[Written], begin: float, end: float, first: dict[Labels, Histogram],
        last: dict[Labels, Histogram],
    ) -> Histogram | None:  # fmt: skip
        """Response times in ms; None when k6 wrote no histograms. Raises Unobservable when they lack requests."""
        if not self.native:
            return None
        parts = []
        for series in some:
            labels = frozenset({**series.labels, "__name__": DURATIONS}.items())
            if labels in last:
                parts.append(last[labels].since(first.get(labels)))
        found = merged(parts)
        counted = sum(round(s.at(end) - s.at(begin)) for s in some)
        if found.count != counted:
            raise Unobservable(
                f"the histograms hold {found.count} of {counted} requests",
                "Is `finished` after the run's end, and does the Prometheus still hold all of it?",
            )
        return _milliseconds(found)

    def gauges(self, some: Sequence[Written], begin: float, end: float) -> Mapping[float, float]:
        """k6's own percentiles of each series since the run's begin: that of all lies between the least and the most.

        Nothing of a part that does not begin with the run, and nothing where k6 wrote no such percentile.
        """
        if any(s.at(begin) for s in some):
            return Untold()
        found: dict[float, float] = {}
        for share in SHARES:
            name = "k6_http_req_duration_" + ("med" if share == 0.5 else f"p{100 * share:g}".replace(".", "_"))
            known = {_plain(s.labels): s for s in self.named(name)}
            values = [known[_plain(s.labels)].at(end) * 1000 for s in some if s.at(end) and _plain(s.labels) in known]
            if not values or len(values) < sum(1 for s in some if s.at(end)):
                continue
            found[share] = Bracket(min(values), max(values))
        return _Partly(found)

    def trend(self, metric: str, window: Window | None, scenario: str | None) -> Histogram:
        """A trend of our scenarios, in ms where it is a time."""
        for name, scale in ((f"k6_{metric}_seconds", True), (f"k6_{metric}", False)):
            begin, end = window or (-math.inf, self.series.end)
            last = self.histograms([end], name)[0]
            first = self.histograms([begin + self.finest], name)[0] if window else {}
            parts = [h.since(first.get(k)) for k, h in last.items() if scenario in (None, dict(k).get("scenario"))]
            if parts:
                return _milliseconds(merged(parts)) if scale else merged(parts)
        if any(self.named(f"k6_{metric}(_seconds)?_(p[0-9_]+|med|max|avg|min|count|sum)")):
            raise Unobservable(f"k6 wrote to Prometheus only figures of {metric} for each series, not of all", NATIVE)
        return Histogram()

    @cached_property
    def native(self) -> bool:
        """Whether response times are native histograms."""
        return any(self.histograms([self.series.end])[0])

    def chosen(self, scenario: str | None) -> list[Written]:
        return [s for s in self.requests if scenario in (None, s.labels.get("scenario", ""))]

    def histograms(self, moments: list[float], name: str = DURATIONS) -> list[dict[Labels, Histogram]]:
        key = (name, tuple(moments))
        if key not in self._read:
            self._read[key] = self.series.histograms(name, moments)
        return self._read[key]

    @cached_property
    def _read(self) -> dict[tuple[str, tuple[float, ...]], list[dict[Labels, Histogram]]]:
        return {}

    @cached_property
    def _names(self) -> dict[str, list[Written]]:
        return {}

    def named(self, name: str) -> list[Written]:
        if name not in self._names:
            self._names[name] = self.series.written(name)
        return self._names[name]

    def counters(self, metric: str, scenario: str | None, where: Mapping[str, str]) -> list[Written]:
        return [
            s for s in self.named(f"k6_{metric}_total")
            if scenario in (None, s.labels.get("scenario"))
            and all(s.labels.get(LABELS[key], "") == value for key, value in where.items())
        ]  # fmt: skip

    def wrong(self, begin: float, end: float, scenario: str | None, where: Mapping[str, str]) -> int:
        """Answers of the right status with the wrong content. Raises Unobservable when only their share is known."""
        if self.named(f"k6_{LOOKED_AT}_total"):
            return sum(round(s.at(end) - s.at(begin)) for s in self.counters(WRONG, scenario, where))
        held = [s for s in self.named(HELD) if scenario in (None, s.labels.get("scenario"))]
        worst = min((v for s in held for _, v in s.points), default=1.0)
        if worst < 1:
            raise Unobservable(
                f"contents were wrong: only {worst:.2%} were right, and k6 wrote no count to Prometheus", NATIVE
            )
        return 0


def is_failed(labels: Mapping[str, str]) -> bool:
    """Whether the requests of these labels failed, as k6 saw it."""
    return labels.get("expected_response") == "false" or "error_code" in labels


def _plain(labels: Mapping[str, str]) -> Labels:
    return frozenset((k, v) for k, v in labels.items() if k != "__name__")


def _milliseconds(found: Histogram) -> Histogram:
    buckets = {(low * 1000, high * 1000): n for (low, high), n in found.buckets.items()}
    return Histogram(found.count, found.total * 1000, buckets)
