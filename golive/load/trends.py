"""What the figures of a load run do over time, between tenants and from step to step. Pure.

Slopes are Theil and Sen's (the median of the slopes of all pairs, by SciPy), which a few outliers do not move.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

MOST_POINTS = 600
"""Of a slope: its pairs are the square of that."""
FEWEST = 5
"""Below this many points a slope has no confidence worth the name."""
Points = Sequence[tuple[float, float]]
"""(seconds, value), in order of time."""


@dataclass(frozen=True)
class Slope:
    """Per second, with the bounds that it keeps to with the asked confidence; `level` is the line's begin."""

    rate: float
    low: float
    high: float
    level: float

    def share(self, seconds: float) -> float:
        """How much of its level is gained in so many seconds; 0.01 is one in a hundred."""
        return self.rate * seconds / self.level if self.level else math.nan

    @property
    def certain(self) -> bool:
        """Whether it rises, and not only may."""
        return self.low > 0


def slope(points: Points, confidence: float = 0.95) -> Slope | None:
    """The slope of points, None when there are fewer than five or all are of one time."""
    if len(points) < FEWEST or points[0][0] == points[-1][0]:
        return None
    # Here, since it takes half a second to import, where few checks need it.
    from scipy.stats import theilslopes  # type: ignore[import-untyped]

    step = math.ceil(len(points) / MOST_POINTS)
    times, values = zip(*points[::step], strict=True)
    found = theilslopes(values, times, alpha=confidence)
    level = found.intercept + found.slope * times[0]
    return Slope(float(found.slope), float(found.low_slope), float(found.high_slope), float(level))


def after_warm_up(points: Points, share: float = 0.2) -> list[tuple[float, float]]:
    """The points but those of the first part, in which caches fill."""
    if not points:
        return []
    begin, end = points[0][0], points[-1][0]
    return [p for p in points if p[0] >= begin + share * (end - begin)]


def lives(points: Points, fall: float = 0.3) -> list[list[tuple[float, float]]]:
    """The points between restarts: a process that loses so much of its memory at once is another one."""
    found: list[list[tuple[float, float]]] = []
    for point in points:
        if not found or point[1] < (1 - fall) * found[-1][-1][1]:
            found.append([])
        found[-1].append(point)
    return found


def jain(values: Sequence[float]) -> float:
    """Jain's index of fairness: 1 when all get the same, 1/n when one gets all; NaN for none or nothing at all."""
    squares = math.fsum(v * v for v in values)
    return math.fsum(values) ** 2 / (len(values) * squares) if squares else math.nan


def slowest_to_median(values: Mapping[str, float]) -> tuple[str, float]:
    """Who has the greatest value, and how often the median's it is."""
    who = max(values, key=lambda name: values[name])
    middle = median(values.values())
    return who, values[who] / middle if middle else math.nan


def against_quiet(quiet: Mapping[str, float], noisy: Mapping[str, float]) -> dict[str, float]:
    """Of each victim: its value while another pressed, by its value while it was quiet. Infinite where it had none."""
    return {name: noisy.get(name, math.inf) / value if value else math.nan for name, value in quiet.items()}


@dataclass(frozen=True)
class Step:
    """A level of load. Rates in requests a second, `p99` in ms, `errors` 0..1 of what was offered."""

    begin: float
    seconds: float
    offered: float
    good: float
    """Requests a second that were answered well."""
    p99: float
    errors: float


@dataclass(frozen=True)
class Breaking:
    """`capacity` is the last step before the first that broke; None when even the first did."""

    capacity: Step | None
    broken: Step | None
    """None: the load never was too much."""
    held: Step | None
    """The highest step within its limits. Above `capacity` where something else, such as a stall, broke a lower one."""
    gave_way: Step | None
    """The step after `held`; None: the highest was within its limits."""
    grew_until: float
    """The offered rate up to which more load still brought more good answers."""


def breaking_point(steps: Sequence[Step], errors: float, p99: float, gain: float = 0.5) -> Breaking:
    """Where the system breaks its limits, and where goodput stops to grow.

    Args:
        errors, p99: a step whose error rate or p99 exceeds one of them is broken.
        gain: of what a step offers more than the one before, so much has to be answered well for goodput to grow.
    """
    fine = [s.errors <= errors and s.p99 <= p99 for s in steps]
    broken = next((n for n, well in enumerate(fine) if not well), None)
    held = max((n for n, well in enumerate(fine) if well), default=-1)
    grew = steps[0].offered if steps else 0.0
    for before, after in itertools.pairwise(steps):
        if after.good - before.good < gain * (after.offered - before.offered):
            break
        grew = after.offered
    whole = steps if broken is None else steps[:broken]
    return Breaking(
        capacity=whole[-1] if whole else None,
        broken=None if broken is None else steps[broken],
        held=steps[held] if held >= 0 else None,
        gave_way=steps[held + 1] if held + 1 < len(steps) else None,
        grew_until=grew,
    )


def recovery(points: Sequence[tuple[float, bool]], steady: float) -> float | None:
    """Seconds from the first point until all was well for `steady` seconds; None when that never came.

    Args:
        points: (seconds, whether the slice that begins then was well), in order, one slice after another.
    """
    if not points:
        return None
    first, step = points[0][0], min((b[0] - a[0] for a, b in itertools.pairwise(points)), default=0.0)
    since: float | None = None
    for at, well in points:
        since = (at if since is None else since) if well else None
        if since is not None and at + step - since >= steady - 1e-6:
            return since - first
    return None


def drift(points: Points, confidence: float = 0.95) -> tuple[float, float] | None:
    """By how much of its level a latency rises over the whole, and the least that it rises with confidence."""
    found = slope(points, confidence)
    if found is None or not found.level:
        return None
    seconds = points[-1][0] - points[0][0]
    return found.share(seconds), found.low * seconds / found.level
