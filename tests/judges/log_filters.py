"""Whether what a metric filter counts comes into the series that a rule looks at. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

BESIDE = ("namespace", "metric", "unit", "statistic", "region")


def blind(sign: str, told: Mapping[str, Any], place: Mapping[str, str], event: Mapping[str, Any]) -> str | None:
    """Return why a filter does not count into a series.

    `told`: as DescribeMetricFilters gives it; `event`: one that the product wrote, of which dimensions are taken.
    """
    wanted = {k: v for k, v in place.items() if k not in BESIDE}
    counted = []
    for into in told.get("metricTransformations", []):
        named = {k: str(event.get(str(v).removeprefix("$."), "")) for k, v in (into.get("dimensions") or {}).items()}
        if (into.get("metricNamespace"), into.get("metricName")) == (place.get("namespace"), place.get("metric")):
            if named == wanted:
                return None
            counted.append(f"with {named or 'no dimensions'}, want {wanted or 'none'}")
        else:
            counted.append(f"{into.get('metricNamespace')} {into.get('metricName')}")
    return (
        f"metric filter {told.get('filterName')} counts into {'; '.join(counted) or 'nothing'}: the sign {sign} never "
        f"comes to {place.get('namespace')} {place.get('metric')}"
    )
