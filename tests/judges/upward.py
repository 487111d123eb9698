"""Whether a series of percentiles climbs over a day, or has spells in which it is bad. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from statistics import median

from golive.load.trends import Slope, slope

Values = Mapping[datetime, float]


def climb(values: Values) -> Slope | None:
    """Return the slope (Theil and Sen's) of the values in time, None when they are too few."""
    return slope([(at.timestamp(), v) for at, v in sorted(values.items())])


def per_hour(found: Slope) -> float:
    """Return by how many percent of its level it climbs in an hour, at the least that it does with confidence."""
    return 100 * found.low * 3600 / found.level if found.level else 0.0


def last_to_first(values: Values, span: timedelta) -> float:
    """Return the median of the newest `span` relative to that of the oldest; medians, so that one spell moves none."""
    first, last = min(values), max(values)
    old = median(v for at, v in values.items() if at < first + span)
    new = median(v for at, v in values.items() if at > last - span)
    return new / old if old else float("inf")


def spells(values: Values, counts: Values, bound: float, least: float) -> dict[datetime, float]:
    """Return the steps that are at the bound or over it, of those with at least so many measurements."""
    return {at: v for at, v in values.items() if v >= bound and counts.get(at, 0.0) >= least}
