"""A CloudWatch alarm as DescribeAlarms defines it, and when it would go off. Pure.

So a rule that lives in an alarm is tried by what it does: streams of measurements go in, the time of the alarm comes
out, as "Evaluating an alarm" and "Configuring how CloudWatch alarms treat missing data" of the CloudWatch guide say.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from golive.verdict import Unobservable
from tests.judges.metric_math import Value, calculate, names_in

Samples = Sequence[tuple[float, float]]
"""(seconds from the beginning, value), oldest first."""
Streams = Mapping[str, Samples]
"""Our word for a series to its samples; what is not there is silent."""
EXTRA = 2
"""How many periods more than it needs an alarm looks back for real points, at least."""
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}


@dataclass(frozen=True)
class Watched:
    """One metric of an alarm: its id in the expression, our word for it, how it is summed up over a period (s)."""

    id: str
    word: str
    statistic: str
    period: int


@dataclass(frozen=True)
class Definition:
    """What decides whether the alarm goes off. `expression` is over the ids of `watched`."""

    name: str
    watched: tuple[Watched, ...]
    expression: str
    compare: str
    threshold: float
    periods: int
    needed: int
    missing: str

    @property
    def period(self) -> int:
        """Seconds between two looks."""
        return max(w.period for w in self.watched)

    def goes_off(self, streams: Streams, length: float) -> float | None:
        """Return the second in which it first goes off, None when it stays quiet. It looks at the end of a period.

        Raises:
            Unobservable: its expression can't be followed.
        """
        points: list[Value] = []
        for start in range(0, int(length) - self.period + 1, self.period):
            values = {w.id: _statistic(streams.get(w.word, ()), w.statistic, start, w.period) for w in self.watched}
            points.append(calculate(self.expression, values))
            if len(points) >= self.periods and self._alarms(points):
                return float(start + self.period)
        return None

    def _alarms(self, points: list[Value]) -> bool:
        over = _COMPARE[self.compare]
        looked = points[-(self.periods + EXTRA) :]
        real = [over(p, self.threshold) for p in looked if p is not None][-self.periods :]
        lacking = self.periods - len(real)
        if not lacking or self.missing == "notBreaching":
            return sum(real) >= self.needed
        if self.missing == "breaching":
            return sum(real) + lacking >= self.needed
        if self.missing == "ignore":
            return False  # it keeps its state
        return bool(real) and all(real)


def define(raw: Mapping[str, Any], word_of: Callable[[Mapping[str, Any]], str | None]) -> Definition:
    """Return what DescribeAlarms says of a metric alarm. `word_of` finds our word for a metric (Namespace, MetricName,
    Dimensions), None for one that the target does not know.

    Raises:
        Unobservable: it is no alarm that can be followed: composite, or by an anomaly band.
        AssertionError: it watches a metric that the target does not know as one of this product.
    """
    name = str(raw.get("AlarmName"))
    compare = str(raw.get("ComparisonOperator"))
    if compare not in _COMPARE or raw.get("Threshold") is None:
        raise Unobservable(f"alarm {name} compares by {compare}, which can't be replayed", "Name a plain metric alarm")
    watched, expression = [], ""
    if raw.get("MetricName"):
        statistic = str(raw.get("ExtendedStatistic") or raw.get("Statistic"))
        watched.append(Watched("m", _word(name, raw, word_of), statistic, int(raw["Period"])))
        expression = "m"
    for query in raw.get("Metrics") or []:
        if stat := query.get("MetricStat"):
            word = _word(name, stat["Metric"], word_of)
            watched.append(Watched(query["Id"], word, str(stat["Stat"]), int(stat["Period"])))
        if query.get("ReturnData", True):
            expression = str(query.get("Expression") or query["Id"])
    unknown = names_in(expression) - {w.id for w in watched}
    if not watched or unknown:
        raise Unobservable(
            f"alarm {name} computes by {expression!r}, of which {', '.join(sorted(unknown)) or 'nothing'} is no metric",
            "Write it as one expression over metrics",
        )
    periods = int(raw.get("EvaluationPeriods") or 1)
    return Definition(
        name, tuple(watched), expression, compare, float(raw["Threshold"]), periods,
        int(raw.get("DatapointsToAlarm") or periods), str(raw.get("TreatMissingData") or "missing"),
    )  # fmt: skip


def _word(name: str, metric: Mapping[str, Any], word_of: Callable[[Mapping[str, Any]], str | None]) -> str:
    word = word_of(metric)
    where = " ".join(f"{d['Name']}={d['Value']}" for d in metric.get("Dimensions", []))
    known = f"{metric.get('Namespace')} {metric.get('MetricName')} {where}".strip()
    assert word, (
        f"alarm {name} watches {known}, which is no series of the target. Is it of another deployment, or does it "
        "lack its dimension? Correct the alarm, or name the series in [PRODUCT.metrics.series]"
    )
    return word


def _statistic(samples: Samples, statistic: str, start: float, period: float) -> Value:
    """What the samples of a period come to, None of none. Percentiles lie between two samples, as CloudWatch's do."""
    values = sorted(v for at, v in samples if start <= at < start + period)
    if not values:
        return None
    match statistic:
        case "Average":
            return sum(values) / len(values)
        case "Sum":
            return sum(values)
        case "Maximum":
            return values[-1]
        case "Minimum":
            return values[0]
        case "SampleCount":
            return float(len(values))
    if statistic[:1] == "p" and statistic[1:].replace(".", "", 1).isdigit():
        return percentile(values, float(statistic[1:]))
    raise Unobservable(f"statistic {statistic} can't be replayed", "Use Average, Maximum, Minimum, Sum or a percentile")


def percentile(ordered: Sequence[float], percent: float) -> float:
    """Return a percentile of ordered values, between two of them where it falls there."""
    rank = percent / 100 * (len(ordered) - 1)
    low = int(rank)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (rank - low)
