"""Cost Explorer from daily cost records `{"service": name, "amount": USD, "tags": {key: value}}`.

A record is a cost of every day, until the end of yesterday: AWS has no more of today than of a day not yet over.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

from reference.aws.operations.world import Answer, Own, World

Keys = tuple[str, ...]


def get_cost_and_usage(world: World) -> Answer:
    """Per DAILY or MONTHLY period, grouped by SERVICE and by a TAG when asked."""
    p = world.call.parameters
    start, end = _day(p["TimePeriod"]["Start"]), _day(p["TimePeriod"]["End"])
    groups = p.get("GroupBy") or []
    monthly = p.get("Granularity", "DAILY") == "MONTHLY"
    metrics = p.get("Metrics") or ["UnblendedCost"]
    today, records = datetime.now(UTC).date(), world.records("costs")
    periods: dict[date, dict[Keys, float]] = {}
    day = start
    while day < end:
        period = periods.setdefault(max(day.replace(day=1), start) if monthly else day, defaultdict(float))
        for record in records if day < today else []:
            period[tuple(_key(group, record) for group in groups)] += float(record["amount"])
        day += timedelta(days=1)
    results: list[dict[str, Any]] = []
    for first, costs in sorted(periods.items()):
        last = min(_next_month(first) if monthly else first + timedelta(days=1), end)
        result: dict[str, Any] = {"TimePeriod": {"Start": str(first), "End": str(last)}, "Estimated": True}
        result["Groups"] = (
            [{"Keys": list(keys), "Metrics": _amounts(metrics, cost)} for keys, cost in sorted(costs.items())]
            if groups
            else []
        )
        result["Total"] = {} if groups else _amounts(metrics, sum(costs.values()))
        results.append(result)
    return {"ResultsByTime": results, "GroupDefinitions": groups, "DimensionValueAttributes": []}


def get_cost_forecast(world: World) -> Answer:
    """The present daily cost, carried on to the end of the period."""
    period = world.call.parameters["TimePeriod"]
    days = (_day(period["End"]) - _day(period["Start"])).days
    total = sum(float(record["amount"]) for record in world.records("costs")) * days
    amount = {"Amount": f"{total:.2f}", "Unit": "USD"}
    return {"Total": amount, "ForecastResultsByTime": [{"TimePeriod": dict(period), "MeanValue": amount["Amount"]}]}


def _key(group: dict[str, str], record: dict[str, Any]) -> str:
    """As Cost Explorer names a group: a tag as `key$value`, without a value where the tag is missing."""
    if group["Type"] == "TAG":
        return f"{group['Key']}${record.get('tags', {}).get(group['Key'], '')}"
    return str(record["service"])


def _day(text: str) -> date:
    return date.fromisoformat(text[:10])


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _amounts(metrics: list[str], amount: float) -> dict[str, Any]:
    return {metric: {"Amount": f"{amount:.2f}", "Unit": "USD"} for metric in metrics}


OWN: dict[str, Own] = {"ce.GetCostAndUsage": get_cost_and_usage, "ce.GetCostForecast": get_cost_forecast}
