"""GetMetricData, GetMetricStatistics and ListMetrics over the points that moto keeps, as distortions let them be seen.

moto's own answers leave the namespace out of the comparison when dimensions are given, so a panel on a dead namespace
would still draw. Here a series is namespace, name and the exact set of dimensions, as in CloudWatch.
"""

from __future__ import annotations

import ast
import operator
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from moto.cloudwatch.models import cloudwatch_backends

from reference.aws.calls import ApiError
from reference.aws.distortions import labels_of
from reference.aws.operations.world import Answer, Own, World

Points = dict[datetime, float]
_OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: lambda left, right: left / right if right else 0.0,
}


def get_metric_data(world: World) -> Answer:
    p = world.call.parameters
    start, end = _utc(p["StartTime"]), _utc(p["EndTime"])
    if start >= end:
        raise ApiError("ValidationError", "The parameter StartTime must be less than the parameter EndTime.")
    found: dict[str, Points] = {}
    labels: dict[str, str] = {}
    for query in [q for q in p["MetricDataQueries"] if "MetricStat" in q]:
        stat = query["MetricStat"]
        metric = stat["Metric"]
        found[query["Id"]] = _points(
            world,
            metric.get("Namespace"),
            metric.get("MetricName"),
            metric.get("Dimensions"),
            int(stat["Period"]),
            stat["Stat"],
            start,
            end,
        )
        labels[query["Id"]] = query.get("Label") or str(metric.get("MetricName"))
    for query in [q for q in p["MetricDataQueries"] if "Expression" in q]:
        found[query["Id"]] = _expression(query["Expression"], found)
        labels[query["Id"]] = query.get("Label") or query["Id"]
    newest_first = p.get("ScanBy", "TimestampDescending") == "TimestampDescending"
    results = []
    for query in p["MetricDataQueries"]:
        if query.get("ReturnData", True):
            points = sorted(found[query["Id"]].items(), reverse=newest_first)
            results.append(
                {
                    "Id": query["Id"],
                    "Label": labels[query["Id"]],
                    "Timestamps": [time for time, _ in points],
                    "Values": [value for _, value in points],
                    "StatusCode": "Complete",
                }
            )
    return {"MetricDataResults": results, "Messages": []}


def get_metric_statistics(world: World) -> Answer:
    p = world.call.parameters
    wanted = [*p.get("Statistics", []), *p.get("ExtendedStatistics", [])]
    start, end = _utc(p["StartTime"]), _utc(p["EndTime"])
    rows: dict[datetime, dict[str, Any]] = defaultdict(dict)
    for stat in wanted:
        for time, value in _points(
            world, p.get("Namespace"), p.get("MetricName"), p.get("Dimensions"), int(p["Period"]), stat, start, end
        ).items():
            if stat in p.get("ExtendedStatistics", []):
                rows[time].setdefault("ExtendedStatistics", {})[stat] = value
            else:
                rows[time][stat] = value
    return {
        "Label": p.get("MetricName"),
        "Datapoints": [{"Timestamp": time, "Unit": "None", **row} for time, row in sorted(rows.items())],
    }


def _points(
    world: World, namespace: Any, name: Any, dimensions: Any, period: int, stat: str, start: datetime, end: datetime
) -> Points:
    """Aggregated values by the start of their period (aligned to it, in UTC)."""
    wanted = {(d["Name"], d["Value"]) for d in dimensions or []}
    buckets: dict[float, list[float]] = defaultdict(list)
    for at, value in _seen(world, namespace, name, wanted):
        aligned = at // period * period
        if aligned + period > start.timestamp() and at < end.timestamp():
            buckets[aligned].append(value)
    return {datetime.fromtimestamp(time, UTC): _aggregate(stat, values) for time, values in buckets.items()}


def _seen(world: World, namespace: str, name: str, wanted: set[tuple[str, str]]) -> list[tuple[float, float]]:
    """(time in seconds since 1970, value) of the points of one series that can be seen."""
    account = world.call.account
    labels = labels_of(namespace, name, [value for _, value in wanted])
    active = [d for d in world.state.distortions if d.concerns(account, labels)]
    found: list[tuple[float, float]] = []
    number = 0
    for datum in cloudwatch_backends[account][world.call.region].get_all_metrics():
        if datum.name != name or datum.namespace != namespace or _dimensions(datum) != wanted:
            continue
        at, value = _utc(datum.timestamp).timestamp(), float(getattr(datum, "value"))  # noqa: B009
        number += 1
        for distortion in active:
            seen = distortion.seen(number, at, value)
            if seen is None:
                break
            value = seen
        else:
            found.append((at, value))
    return found


def list_metrics(world: World) -> Answer:
    """moto compares every point with every other one. A series without points for two weeks is not listed."""
    p = world.call.parameters
    filters = [(d["Name"], d.get("Value")) for d in p.get("Dimensions") or []]
    known: dict[tuple[str, str, frozenset[tuple[str, str]]], float] = {}
    for datum in cloudwatch_backends[world.call.account][world.call.region].get_all_metrics():
        if p.get("Namespace") in (None, datum.namespace) and p.get("MetricName") in (None, datum.name):
            key = (datum.namespace, datum.name, frozenset(_dimensions(datum)))
            known[key] = max(known.get(key, 0.0), _utc(datum.timestamp).timestamp())
    recent = (datetime.now(UTC) - timedelta(hours=3)).timestamp() if p.get("RecentlyActive") else 0.0
    listed = []
    for (namespace, name, dimensions), newest in sorted(known.items(), key=lambda item: str(item[0])):
        have = dict(dimensions)
        if newest >= recent and all(k in have and value in (None, have[k]) for k, value in filters):
            shown = [{"Name": k, "Value": v} for k, v in sorted(dimensions)]
            listed.append({"Namespace": namespace, "MetricName": name, "Dimensions": shown})
    return {"Metrics": listed}


def _dimensions(datum: Any) -> set[tuple[str, str]]:
    return {(d["Name"], d["Value"]) if isinstance(d, dict) else (d.name, d.value) for d in datum.dimensions}


def _aggregate(stat: str, values: list[float]) -> float:
    match stat:
        case "Average":
            return sum(values) / len(values)
        case "Sum":
            return sum(values)
        case "Minimum":
            return min(values)
        case "Maximum":
            return max(values)
        case "SampleCount":
            return float(len(values))
    if stat.startswith("PR(:") and stat.endswith(")"):
        return 100 * sum(value <= float(stat[4:-1]) for value in values) / len(values)
    if stat.startswith("p") and (share := stat[1:].replace(".", "", 1)).isdigit():
        rank = float(stat[1:]) / 100 * (len(values) - 1)
        ordered = sorted(values)
        low, part = int(rank), rank - int(rank)
        return ordered[low] + (ordered[min(low + 1, len(ordered) - 1)] - ordered[low]) * part if share else 0.0
    raise ApiError("ValidationError", f"The value {stat} for parameter Stat is not supported.")


def _expression(text: str, series: dict[str, Points]) -> Points:
    """Metric math: arithmetic over ids and numbers, at the times that all series have. Raises ApiError for
    functions."""
    try:
        tree = ast.parse(text, mode="eval").body
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        times = _common(series[name] for name in names)
        return {time: _evaluate(tree, {name: series[name][time] for name in names}) for time in times}
    except (SyntaxError, KeyError, TypeError) as error:
        raise ApiError("ValidationError", f"Error in expression {text!r}: {error}") from error


def _common(all_points: Iterable[Points]) -> set[datetime]:
    found = [set(points) for points in all_points]
    return set.intersection(*found) if found else set()


def _evaluate(node: ast.AST, values: dict[str, float]) -> float:
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.Name(id=name):
            return values[name]
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_evaluate(inner, values)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            return _OPERATORS[type(op)](_evaluate(left, values), _evaluate(right, values))
    raise TypeError(f"{ast.dump(node)[:60]} is not supported")


def _utc(time: datetime) -> datetime:
    return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)


OWN: dict[str, Own] = {
    "cloudwatch.GetMetricData": get_metric_data,
    "cloudwatch.GetMetricStatistics": get_metric_statistics,
    "cloudwatch.ListMetrics": list_metrics,
}
