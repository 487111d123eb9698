"""What a load run is judged by: the figures of groups of its requests, and what reading its results met."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from golive.verdict import Unobservable

BROKEN_SHARE = 0.001
"""Beyond this share of lines that can't be used, the rest tells nothing."""
SHARES = (0.5, 0.95, 0.99, 0.999)
KEYS = ("operation", "tenant", "scenario")


@dataclass(frozen=True)
class Quality:
    """What the reading met. `usable` are the lines that count; the others were left out."""

    usable: int
    broken: int
    """Lines cut off, with the wrong number of fields, or whose time or value is none."""
    negative: int
    """Requests that took less than no time."""
    zoneless: int
    """Times without a zone: when that was nobody knows."""

    @property
    def lost(self) -> int:
        return self.broken + self.negative + self.zoneless

    @property
    def share(self) -> float:
        """0..1, of all lines that should count."""
        return self.lost / max(1, self.usable + self.lost)

    def ensure(self, of: object) -> None:
        """Raise Unobservable when there is nothing, or more than one line in a thousand is lost."""
        if not self.usable:
            raise Unobservable(f"{of} holds no samples ({self})", "Was the run's output written to this file?")
        if self.share > BROKEN_SHARE:
            raise Unobservable(f"{of}: {self}, more than 0.1 % of its samples", "Is the file whole? Run the load again")

    def __str__(self) -> str:
        return f"{self.broken} broken lines, {self.negative} negative durations, {self.zoneless} times without a zone"


@dataclass(frozen=True)
class Figures:
    """Of the requests of one group. Times in ms, `rate` in requests a second, `errors` 0..1.

    `failed`: answers of the wrong status, and none. `wrong`: answers of the right status with the wrong content.
    """

    operation: str
    tenant: str
    scenario: str
    begin: float
    """Seconds since the epoch at which the slice begins."""
    count: int
    failed: int
    wrong: int
    mean: float
    longest: float
    percentiles: Mapping[float, float] = field(default_factory=dict)
    rate: float = 0.0

    @property
    def p50(self) -> float:
        return self.percentiles[0.5]

    @property
    def p95(self) -> float:
        return self.percentiles[0.95]

    @property
    def p99(self) -> float:
        return self.percentiles[0.99]

    @property
    def p999(self) -> float:
        return self.percentiles[0.999]

    @property
    def errors(self) -> float:
        return min(1.0, (self.failed + self.wrong) / self.count) if self.count else math.nan


def told(figures: Figures, name: str) -> float | None:
    """One of the figures for people to see; None where the results do not tell it."""
    try:
        return float(getattr(figures, name))
    except Unobservable:
        return None
