"""Native histograms of Prometheus: counts in buckets whose ends are known, and what they tell of percentiles.

Source: Prometheus' HTTP API, native histograms: `{"count", "sum", "buckets": [[rule, low, high, count], ...]}`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from golive.load.bracket import Bracket
from golive.verdict import Unobservable

Bucket = tuple[float, float]


@dataclass(frozen=True)
class Histogram:
    """Samples by bucket: (low, high) to how many. `total` is the sum of their values."""

    count: int = 0
    total: float = 0.0
    buckets: Mapping[Bucket, int] = field(default_factory=dict)

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Histogram:
        """Read one as the HTTP API writes it. Raises ValueError, KeyError or TypeError when it is none."""
        buckets: Counter[Bucket] = Counter()
        for _, low, high, count in raw.get("buckets") or []:
            buckets[max(0.0, float(low)), float(high)] += round(float(count))
        return cls(round(float(raw["count"])), float(raw["sum"]), buckets)

    def since(self, earlier: Histogram | None) -> Histogram:
        """What came after `earlier`. Raises Unobservable when something of that is gone: it was begun anew."""
        if earlier is None:
            return self
        left = Counter(self.buckets)
        left.subtract(earlier.buckets)
        if self.count < earlier.count or any(n < 0 for n in left.values()):
            raise Unobservable(
                "a histogram of the load run became smaller while it went on",
                "Did a generator start anew, or write two into one series? Judge the run by its files",
            )
        return Histogram(self.count - earlier.count, self.total - earlier.total, +left)

    def ranked(self, rank: int) -> Bracket:
        """Between what the sample of this rank lies, 1 being the smallest. The rank is at most the count."""
        ends = [
            next(end for end, below in _climbing((b[side], n) for b, n in self.buckets.items()) if below >= rank)
            for side in (0, 1)
        ]
        return Bracket(*ends)

    def quantile(self, share: float, infinite: int = 0) -> float:
        """Between what the value lies that `share` (0..1) do not exceed, by nearest rank.

        Args:
            infinite: so many more that never ended.
        """
        if not self.count + infinite:
            return math.nan
        rank = max(1, math.ceil(round(share * (self.count + infinite), 9)))
        return math.inf if rank > self.count else self.ranked(rank)


def merged(some: Iterable[Histogram]) -> Histogram:
    """All of them as one."""
    buckets: Counter[Bucket] = Counter()
    count, total = 0, 0.0
    for one in some:
        buckets.update(one.buckets)
        count, total = count + one.count, total + one.total
    return Histogram(count, total, buckets)


def _climbing(ends: Iterable[tuple[float, int]]) -> Iterable[tuple[float, int]]:
    """Each end, and how many samples are at or below it."""
    below = 0
    for end, count in sorted(ends):
        below += count
        yield end, below
