"""Figures that people wrote down, measured anew from the raw series of the time that they speak of."""

from __future__ import annotations

from datetime import datetime

from fixtures.documents.records import Figure
from fixtures.metrics.plugin import SeriesReader
from fixtures.metrics.windows import Live, Window
from golive import clock
from golive.catalogue import Line
from golive.observation import observed
from golive.verdict import Unobservable
from tests.judges.records import percentile_problem, share_problem, value_problem
from tests.performance.promises import FAILURES, seen_from_outside
from tests.performance.spans import HOUR

EVERY = 6 * HOUR
"""Steps in which a time of days is seen."""
COVERED = 0.9


def window_of(period: tuple[datetime, datetime]) -> Window:
    """A record's time as a window of the metrics."""
    begin, end = period
    return Window(end - begin, EVERY, coverage=COVERED, ago=clock.now() - end)


def _gaps_are_zero(window: Window) -> Window:
    return Window(window.length, EVERY, ago=window.ago)


def deviation(
    line: Line, metrics: SeriesReader, figure: Figure, period: tuple[datetime, datetime], percent: float
) -> str | None:
    """A sentence when a figure is further off than so many percent, else None.

    A percentile of days has no mean: it is right if as many measurements as it says lie within it and `percent` more,
    and not as many within it and `percent` less.
    """
    live, window = Live(metrics), window_of(period)
    days = f"from {period[0]:%d %b} to {period[1]:%d %b}"
    if figure.kind == "percentile":
        counts = live.samples(figure.word, _gaps_are_zero(window))
        low, high = (
            live.shares(figure.word, figure.value * (1 + sign * percent / 100), window).overall(counts)
            for sign in (-1, 1)
        )
        observed(figure, "within", [round(low, 2), round(high, 2)], source=counts.series.source, unit="percent")
        return percentile_problem(figure, low, high, percent, days)
    if figure.kind in ("reachable", "answered"):
        share = measured_share(line, metrics, figure, window)
        observed(figure, "is", round(share, 4), source="series", unit="percent")
        return share_problem(figure, share, days)
    if figure.kind == "sum":
        is_ = live.counts(figure.word, _gaps_are_zero(window)).total
        if not is_ and figure.value:
            raise Unobservable(f"{figure}: the series counts nothing {days}", "Are its points kept for so long?")
    else:
        counts = live.samples(figure.word, _gaps_are_zero(window))
        is_ = live.means(figure.word, window).weighed(counts)
    observed(figure, "is", round(is_, 4), source="series")
    return value_problem(figure, is_, percent, days)


def measured_share(line: Line, metrics: SeriesReader, figure: Figure, window: Window) -> float:
    """How much of the time it was reachable, or of the requests answered, in percent. Raises Unobservable."""
    if figure.kind == "reachable":
        share, _ = seen_from_outside(line, metrics, window)
        return share
    plain, live = _gaps_are_zero(window), Live(metrics)
    asked = live.counts("requests", plain).total
    failed = sum(live.counts(w, plain).total for w in FAILURES if w in metrics.words)
    if not asked:
        raise Unobservable(f"{figure}: nothing was requested in the last {window.length}", "Are its metrics kept?")
    return 100 * (1 - failed / asked)
