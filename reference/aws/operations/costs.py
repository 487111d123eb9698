"""Cost Explorer from daily cost records `{"day": ago, "service": name, "amount": USD}`."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

from reference.aws.operations.world import Answer, Own, World


def get_cost_and_usage(world: World) -> Answer:
    """Per DAILY or MONTHLY period, grouped by SERVICE when asked. One day's cost is the record of each service."""
    p = world.call.parameters
    start, end = _day(p["TimePeriod"]["Start"]), _day(p["TimePeriod"]["End"])
    grouped = any(group.get("Key") == "SERVICE" for group in p.get("GroupBy", []))
    monthly = p.get("Granularity", "DAILY") == "MONTHLY"
    metrics = p.get("Metrics") or ["UnblendedCost"]
    periods: dict[date, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    day = start
    while day < end:
        for record in world.records("costs"):
            if day <= datetime.now(UTC).date():
                periods[max(day.replace(day=1), start) if monthly else day][record["service"]] += float(
                    record["amount"]
                )
        day += timedelta(days=1)
    results: list[dict[str, Any]] = []
    for first, services in sorted(periods.items()):
        last = min(_next_month(first) if monthly else first + timedelta(days=1), end)
        result: dict[str, Any] = {"TimePeriod": {"Start": str(first), "End": str(last)}, "Estimated": True}
        if grouped:
            result |= {
                "Groups": [
                    {"Keys": [name], "Metrics": _amounts(metrics, cost)} for name, cost in sorted(services.items())
                ]
            }
        else:
            result |= {"Total": _amounts(metrics, sum(services.values()))}
        results.append(result)
    return {"ResultsByTime": results, "GroupDefinitions": p.get("GroupBy", []), "DimensionValueAttributes": []}


def get_cost_forecast(world: World) -> Answer:
    """The present daily cost, carried on to the end of the period."""
    period = world.call.parameters["TimePeriod"]
    days = (_day(period["End"]) - _day(period["Start"])).days
    total = sum(float(record["amount"]) for record in world.records("costs")) * days
    amount = {"Amount": f"{total:.2f}", "Unit": "USD"}
    return {"Total": amount, "ForecastResultsByTime": [{"TimePeriod": dict(period), "MeanValue": amount["Amount"]}]}


def _day(text: str) -> date:
    return date.fromisoformat(text[:10])


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _amounts(metrics: list[str], amount: float) -> dict[str, Any]:
    return {metric: {"Amount": f"{amount:.2f}", "Unit": "USD"} for metric in metrics}


OWN: dict[str, Own] = {"ce.GetCostAndUsage": get_cost_and_usage, "ce.GetCostForecast": get_cost_forecast}
