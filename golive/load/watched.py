"""The results of a load run from the Prometheus that its generators wrote to, in the figures of `Results`.

Exact: how many requests, how many of them failed, totals of our scenarios' counters, of the whole run. Between bounds
(`Bracket`): percentiles, by the ends of the native histogram's bucket, or of k6's own percentiles of the parts, and
rates. A steady part is what was pushed within it: up to one push interval at its begin is left out. What can't be told
raises Unobservable when it is asked for, and is never guessed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from golive.load.bracket import Bracket
from golive.load.figures import KEYS, SHARES, Figures
from golive.load.histograms import Histogram
from golive.load.pushed import HELD, LABELS, LOOKED_AT, NATIVE, Pushed, Untold, Window, is_failed
from golive.load.remote import Labels, Written
from golive.verdict import Unobservable

COUNTED = {"dropped": "dropped_iterations", "iterations": "iterations", "check": LOOKED_AT}


class WatchedResults(Pushed):
    """What the series of one run tell, asked as `Results` is."""

    def figures(
        self, by: Sequence[str] = ("operation",), *, window: Window | None = None, scenario: str | None = None,
        slices: float | None = None, good_only: bool = False,
    ) -> list[Figures]:  # fmt: skip
        """Figures of the requests, one per group, as `Results.figures` gives them.

        Raises:
            Unobservable: slices shorter than k6's pushes, or the server lacks what was counted.
        """
        begin, end = window or self.span()
        if not slices:
            return self._part(by, begin, end, scenario, good_only, whole=window is None)
        if slices < self.finest:
            raise Unobservable(f"slices of {slices:g} s of a run that was written each {self.finest:g} s", NATIVE)
        many = math.ceil(round((end - begin) / slices, 6))
        edges = [begin + n * slices for n in range(many + 1)]
        held = self.histograms(edges)
        found = []
        for n in range(many):
            found += self._between(by, edges[n], edges[n + 1], held[n], held[n + 1], scenario, good_only, slices)
        return sorted(found, key=lambda f: (f.operation, f.tenant, f.scenario, f.begin))

    def _part(
        self, by: Sequence[str], begin: float, end: float, scenario: str | None, good_only: bool, whole: bool
    ) -> list[Figures]:
        """A window: what was pushed within it."""
        chosen = self.chosen(scenario)
        before = sum(s.at(begin) for s in chosen) if not whole else 0
        start = begin + self.finest if before else begin
        if start >= end:
            raise Unobservable(f"a part of {end - begin:g} s of a run that was written each {self.finest:g} s", NATIVE)
        first: dict[Labels, Histogram] = self.histograms([start])[0] if before else {}
        blur = 2 * self.finest if before else self.finest
        shortest = max(end - begin - blur, self.finest)
        longest = max(end - begin, shortest)
        if whole:
            end = self.series.end
        last = self.histograms([end])[0]
        return self._between(by, start if before else -math.inf, end, first, last, scenario, good_only,
                             Bracket(shortest, longest))  # fmt: skip

    def _between(
        self, by: Sequence[str], begin: float, end: float, first: dict[Labels, Histogram],
        last: dict[Labels, Histogram], scenario: str | None, good_only: bool, lasts: float,
    ) -> list[Figures]:  # fmt: skip
        groups: dict[tuple[str, ...], list[Written]] = {}
        for series in self.chosen(scenario):
            key = tuple(series.labels.get(LABELS[k], "") if k in by else "" for k in KEYS)
            groups.setdefault(key, []).append(series)
        found = []
        for (operation, tenant, of), some in sorted(groups.items()):
            count = sum(round(s.at(end) - s.at(begin)) for s in some)
            if not count:
                continue
            timed = [s for s in some if not (good_only and is_failed(s.labels))]
            failed = sum(round(s.at(end) - s.at(begin)) for s in some if is_failed(s.labels))
            where = {k: v for k, v in (("operation", operation), ("tenant", tenant)) if k in by}
            wrong = self.wrong(begin, end, scenario if "scenario" not in by else of, where)
            times = self.times(timed, begin, end, first, last)
            if times is None:
                percentiles, mean, longest = self.gauges(timed, begin, end), math.nan, math.nan
            else:
                percentiles = {s: times.quantile(s) for s in SHARES}
                mean = times.total / times.count if times.count else math.nan
                longest = times.quantile(1.0)
            starts = begin if math.isfinite(begin) else self.span()[0]
            found.append(Figures(operation, tenant, of, starts, count, failed, wrong, mean, longest, percentiles,
                                 count / lasts))  # fmt: skip
        return found

    def outcomes(
        self, *, window: Window | None = None, scenario: str | None = None
    ) -> list[tuple[str, int, int, float]]:
        """How the requests ended, as `Results.outcomes` gives it."""
        begin, end = window or (-math.inf, self.series.end)
        first = self.histograms([begin])[0] if window else {}
        last = self.histograms([end])[0]
        groups: dict[tuple[str, int], list[Written]] = {}
        for series in self.chosen(scenario):
            said = series.labels.get("status", "")
            key = (series.labels.get("name", ""), int(said) if said.isdigit() else 0)
            groups.setdefault(key, []).append(series)
        found = []
        for (operation, status), some in sorted(groups.items()):
            count = sum(round(s.at(end) - s.at(begin)) for s in some)
            times = self.times(some, begin, end, first, last)
            if count:
                found.append((operation, status, count, math.nan if times is None else times.quantile(0.99)))
        return found

    def percentile(
        self, share: float, *, metric: str = "request", window: Window | None = None, scenario: str | None = None,
        infinite: int = 0,
    ) -> float:  # fmt: skip
        """As `Results.percentile`, between bounds. Raises Unobservable when nobody knows."""
        if metric == "request":
            parts = self.figures((), window=window, scenario=scenario)
            if not self.native:
                return parts[0].percentiles[share] if parts and not infinite else Untold()[share] if parts else math.nan
            begin, end = window or (-math.inf, self.series.end)
            before = sum(s.at(begin) for s in self.chosen(scenario))
            start = begin + self.finest if before else -math.inf
            times = self.times(self.chosen(scenario), start, end,
                                self.histograms([start])[0] if before else {}, self.histograms([end])[0])  # fmt: skip
            assert times is not None
            return times.quantile(share, infinite)
        return self.trend(metric, window, scenario).quantile(share, infinite)

    def total(
        self, metric: str, *, window: Window | None = None, scenario: str | None = None, operation: str = ""
    ) -> tuple[int, float]:
        """How many samples of a metric, and the sum of their values. A counter's are taken for 1 each."""
        begin, end = window or (-math.inf, self.series.end)
        if metric == "request":
            chosen = [s for s in self.chosen(scenario) if operation in ("", s.labels.get("name"))]
            count = sum(round(s.at(end) - s.at(begin)) for s in chosen)
            return count, math.nan
        counters = self.counters(COUNTED.get(metric, metric), scenario, {"operation": operation} if operation else {})
        if counters:
            total = sum(s.at(end) - s.at(begin) for s in counters)
            return round(total), total
        if metric == "check" and self.named(HELD):
            raise Unobservable(
                "k6 wrote to Prometheus only which share of the contents was right, not how many", NATIVE
            )
        if metric in COUNTED:
            return 0, 0.0
        found = self.trend(metric, window, scenario)
        return found.count, found.total

    def acknowledged(self, scenario: str, operation: str) -> int:
        """How many requests of an operation were answered well."""
        chosen = [s for s in self.chosen(scenario) if s.labels.get("name") == operation and not is_failed(s.labels)]
        good = sum(round(s.at(self.series.end)) for s in chosen)
        return good - self.wrong(-math.inf, self.series.end, scenario, {"operation": operation})

    def users(self, slices: float = 1.0) -> list[tuple[float, float]]:
        """Users that were active at each push, as (seconds since the epoch, users), the sum over all generators."""
        step, levels = max(slices, self.finest), self.named("k6_vus")
        if not levels:
            return []
        begin, end = min(s.points[0][0] for s in levels), max(s.points[-1][0] for s in levels)
        moments = [begin + n * step for n in range(int((end - begin) / step) + 1)]
        return [(t, sum(s.at(t) for s in levels)) for t in moments]

    def sent(self, scenario: str) -> tuple[float, float]:
        """When of the scenario's first push and its last the newest request had ended; 0 when it has none."""
        times = [t for s in self.chosen(scenario) for t, n in s.points if n]
        return (min(times), max(times)) if times else (0.0, 0.0)

    def span(self) -> Window:
        """When the first and the last request ended, to one push."""
        times = [t for s in self.requests for t, n in s.points if n]
        if not times:
            raise Unobservable(
                f"{self.series.url} holds no requests with {self.series.labels}",
                "Did k6 write there, with these tags?",
            )
        return min(times) - self.finest, max(times)
