"""Objectives of monitoring against promises, judged on made-up ones."""

from __future__ import annotations

from typing import Any

from fixtures.aws.objectives import metric_of, objective
from fixtures.documents.service_levels import ServiceLevel
from tests.judges.objectives import differences

PLACES = {
    "requests": {"namespace": "LB", "metric": "Requests", "LoadBalancer": "lb"},
    "server_errors": {"namespace": "LB", "metric": "Errors", "LoadBalancer": "lb"},
    "balancer_errors": {"namespace": "LB", "metric": "OwnErrors", "LoadBalancer": "lb"},
    "latency": {"namespace": "LB", "metric": "Time", "LoadBalancer": "lb", "statistic": "p95"},
}
SERIES = {word: metric_of(place) for word, place in PLACES.items()}
FAILURES = ("server_errors", "balancer_errors")
ANSWERED = ServiceLevel("Answered", "answered", 99.9)
SPEED = ServiceLevel("Speed", "percentile", 0.5, 95.0, "latency")


def _query(word: str, shown: bool = False) -> dict[str, Any]:
    namespace, name, dimensions = SERIES[word]
    metric = {
        "Namespace": namespace, "MetricName": name, "Dimensions": [{"Name": k, "Value": v} for k, v in dimensions],
    }  # fmt: skip
    return {"Id": word, "ReturnData": shown, "MetricStat": {"Metric": metric, "Period": 60, "Stat": "p95"}}


def _answered(expression: str = "FILL(server_errors, 0) + FILL(balancer_errors, 0)", goal: float = 99.9) -> Any:
    bad = [{"Id": "all", "Expression": expression}, _query("server_errors"), _query("balancer_errors")]
    metric = {
        "TotalRequestCountMetric": [_query("requests", shown=True)],
        "MonitoredRequestCountMetric": {"BadCountMetric": bad},
    }
    sli = {"RequestBasedSliMetric": metric}
    return objective({"Name": "answered", "RequestBasedSli": sli, "Goal": {"AttainmentGoal": goal}})


def _speed(threshold: float = 0.5, goal: float = 99.9, comparison: str = "LessThan") -> Any:
    sli = {"SliMetric": {"MetricDataQueries": [_query("latency", shown=True)]}, "MetricThreshold": threshold,
           "ComparisonOperator": comparison}  # fmt: skip
    return objective({"Name": "speed", "Sli": sli, "Goal": {"AttainmentGoal": goal}})


def _differ(level: ServiceLevel, *known: Any) -> list[str]:
    return differences(level, known, SERIES, FAILURES, 99.9)


def test_what_is_computed_as_promised() -> None:
    assert _differ(ANSWERED, _speed(), _answered()) == []
    assert _differ(SPEED, _answered(), _speed()) == []


def test_another_goal_or_another_bound() -> None:
    assert "the goal of objective answered is 95 %" in _differ(ANSWERED, _answered(goal=95))[0]
    assert "promises 0.5 s" in _differ(SPEED, _speed(threshold=0.8))[0]
    assert "promises 0.5 s" in _differ(SPEED, _speed(comparison="GreaterThan"))[0]
    assert "in 90 % of the time" in _differ(SPEED, _speed(goal=90))[0]


def test_something_that_is_not_counted() -> None:
    assert _differ(ANSWERED, _answered("FILL(server_errors, 0)")) == [
        "service level Answered: objective answered does not count OwnErrors (lb) as bad"
    ]
    less = _differ(ANSWERED, _answered("server_errors + balancer_errors - requests"))
    assert "no plain sum: server_errors + balancer_errors - requests" in less[0]
    assert "nobody computes" in _differ(ANSWERED, _speed())[0]
    assert "no objective in monitoring looks at p95" in _differ(SPEED, _answered())[0]
