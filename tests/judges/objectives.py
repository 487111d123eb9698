"""Whether monitoring computes just what is promised to customers. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from fixtures.aws.objectives import Counted, Metric, Objective
from fixtures.documents.service_levels import ServiceLevel

WITHIN = ("LessThan", "LessThanOrEqualTo")


def differences(
    level: ServiceLevel, objectives: Iterable[Objective], series: Mapping[str, Metric], failures: Iterable[str],
    least: float,
) -> list[str]:  # fmt: skip
    """How the objective of a promise differs from it; one sentence where there is no such objective.

    Args:
        series: our word for a series to its metric.
        failures: the words of what counts as failed.
        least: the least share of the time, in percent, in which a promised time must hold.
    """
    if level.measure == "percentile":
        return _timed(level, objectives, series.get(level.word), least)
    total, bad = _parts(level.measure, series, failures)
    if not total:
        return [f"{level}: the target names no series that it could be computed from"]
    fitting = [o for o in objectives if o.total.metrics and o.total.metrics <= total]
    if not fitting:
        return [f"{level}: no objective in monitoring counts {_names(total)}: nobody computes what is promised"]
    return min((_counts(level, o, total, bad) for o in fitting), key=len)


def _timed(level: ServiceLevel, objectives: Iterable[Objective], metric: Metric | None, least: float) -> list[str]:
    statistic = f"p{level.percent:g}"
    fitting = [o for o in objectives if metric is not None and o.timed == metric and o.statistic == statistic]
    if not fitting:
        return [f"{level}: no objective in monitoring looks at {statistic} of {level.word}"]
    return min((_kept(level, o, least) for o in fitting), key=len)


def _kept(level: ServiceLevel, one: Objective, least: float) -> list[str]:
    found = []
    if one.comparison not in WITHIN or abs(one.threshold - level.promise) > 1e-9:
        found.append(f"{level} promises {level.promise:g} s, and {one} is {one.comparison} {one.threshold:g} s")
    if one.goal < least:
        found.append(f"{level}: {one} wants it in {one.goal:g} % of the time, want {least:g} %")
    return found


def _counts(level: ServiceLevel, one: Objective, total: frozenset[Metric], bad: frozenset[Metric]) -> list[str]:
    found = []
    if abs(one.goal - level.promise) > 1e-9:
        found.append(f"{level} promises {level.promise:g} %, and the goal of {one} is {one.goal:g} %")
    if total - one.total.metrics:
        found.append(f"{level}: {one} leaves {_names(total - one.total.metrics)} out of what it counts")
    for what, counted in (("counts", one.total), ("takes for bad", one.bad)):
        if counted.other:
            found.append(f"{level}: what {one} {what} is no plain sum: {counted.other}")
    return found + _wrong(level, one, bad)


def _wrong(level: ServiceLevel, one: Objective, bad: frozenset[Metric]) -> list[str]:
    if one.good != Counted():
        return [f"{level}: {one} counts what is good ({_names(one.good.metrics)}), and what fails may be in it"]
    left, more = bad - one.bad.metrics, one.bad.metrics - bad
    found = [f"{level}: {one} does not count {_names(left)} as bad"] if left else []
    return found + ([f"{level}: {one} reckons with {_names(more)} too"] if more and one.bad.other else [])


def _parts(
    measure: str, series: Mapping[str, Metric], failures: Iterable[str]
) -> tuple[frozenset[Metric], frozenset[Metric]]:
    """What is counted, and what of it is bad."""
    if measure == "answered":
        total = frozenset(series[w] for w in ("requests",) if w in series)
        return total, frozenset(series[w] for w in failures if w in series)
    checks, failed = "outside_checks.", "outside_failures."
    return (
        frozenset(m for w, m in series.items() if w.startswith(checks)),
        frozenset(m for w, m in series.items() if w.startswith(failed)),
    )


def _names(metrics: Iterable[Metric]) -> str:
    """Metrics as people know them, with the dimensions' values."""
    return ", ".join(sorted(f"{n} ({', '.join(sorted(v for _, v in d))})" if d else n for _, n, d in metrics))
