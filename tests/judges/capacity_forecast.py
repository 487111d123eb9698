"""When something is full, by how it grew; and whether a forecast says so. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from fixtures.documents.growing import Growing
from golive.load.trends import slope

DAY = 86400.0
LATER, GROWTH = 1.5, 0.5
"""How much later than by the trend a forecast may see something full, and by what share its growth may be off."""
STILL = 0.05
"""Percent a day below which growth is none."""


@dataclass(frozen=True)
class Trend:
    """Value at the end of the days, change a day, and in how many days from then it is full (infinite: never)."""

    newest: float
    rate: float
    full_in: float

    @property
    def percent(self) -> float:
        """The change of a day in percent of the value."""
        return 100 * self.rate / self.newest if self.newest else 0.0


def trend(values: Mapping[datetime, float], end: datetime, full_at: float | None) -> Trend | None:
    """Return how values of days go on after `end`; None of too few."""
    found = slope([(at.timestamp() + DAY / 2, v) for at, v in sorted(values.items())])
    if found is None:
        return None
    first = min(values).timestamp() + DAY / 2
    newest, rate = found.level + found.rate * (end.timestamp() - first), found.rate * DAY
    left = None if full_at is None else full_at - newest
    if left is None or rate == 0 or left * rate < 0:
        return Trend(newest, rate, math.inf)
    return Trend(newest, rate, left / rate)


def forecast_problems(row: Growing, seen: Trend, end: datetime) -> list[str]:
    """How a row of a forecast differs from what the values say."""
    found = []
    off = abs(row.growth - seen.percent)
    if off > max(STILL, abs(seen.percent) * GROWTH):
        found.append(f"{row} says {row.growth:g} % a day, and the series changes by {seen.percent:.2f} % a day")
    if row.full_on is not None:
        said = (row.full_on - end.date()).days
        if said > seen.full_in * LATER:
            found.append(
                f"{row} is said to be full on {row.full_on}, and by its trend it is in {seen.full_in:.0f} days"
            )
    elif seen.full_in < 365:
        found.append(f"{row} is never said to be full, and by its trend it is in {seen.full_in:.0f} days")
    return found
