"""Whether what is spent is what was meant to be."""

from __future__ import annotations

import math
from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

SMALL = 0.01
"""A service that costs less than this share of the budget needs no estimate."""
PERIOD = timedelta(days=30)


def ratios(daily: Mapping[str, float], estimated: Mapping[str, float], budget: float, today: date) -> dict[str, float]:
    """Service to its month's cost over its estimate; infinite where nothing was estimated. Small ones are left out."""
    days, found = monthrange(today.year, today.month)[1], {}
    for service, amount in daily.items():
        month = amount * days
        expected = estimated.get(service, 0.0)
        if expected > 0:
            found[service] = month / expected
        elif month > SMALL * budget:
            found[service] = math.inf
    return found


def projected(used: float, resets: datetime, now: datetime, period: timedelta = PERIOD) -> float:
    """What will have been used when counting starts anew, if it goes on so. At least a day counts as gone by."""
    gone = period - min(max(resets - now, timedelta(0)), period)
    return used * (period / max(gone, timedelta(days=1)))


def alerts_at(percent: float, heard: Iterable[tuple[str, float, Sequence[str]]]) -> list[str]:
    """Return who hears when so much of the budget is really spent. `heard`: kind, percent, receivers of each alert."""
    return [r for kind, at, receivers in heard if kind == "ACTUAL" and at == percent for r in receivers]


def watches(rule: Mapping[str, Any], place: Mapping[str, str]) -> list[str]:
    """Say why an alarm does not watch a series for too high costs.

    Args:
        rule: of the alarm, as `fixtures.aws.alarms.Alarm.rule`.
        place: of the series in the target: `namespace`, `metric`.
    """
    watched = (rule.get("Namespace"), rule.get("MetricName"))
    if watched != (place.get("namespace"), place.get("metric")):
        return [
            f"watches {'/'.join(map(str, watched))}, the costs are in {place.get('namespace')}/{place.get('metric')}"
        ]
    if not str(rule.get("ComparisonOperator", "")).startswith("Greater"):
        return [f"goes off when costs are low: {rule.get('ComparisonOperator')}"]
    if "Threshold" not in rule:
        return ["has no threshold"]
    return []
