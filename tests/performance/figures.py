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
from tests.performance.promises import FAILURES, seen_from_outside
from tests.performance.spans import HOUR

EVERY = 6 * HOUR
"""Steps in which a time of days is seen."""
COVERED = 0.9
SHARES = 0.02
"""By how many percent of the whole a share that was written down may be off: it was rounded."""


def window_of(period: tuple[datetime, datetime]) -> Window:
    """A record's time as a window of the metrics."""
    begin, end = period
    return Window(end - begin, EVERY, coverage=COVERED, ago=clock.now() - end)


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
        counts = live.samples(figure.word, Window(window.length, EVERY, ago=window.ago))
        low, high = (
            live.shares(figure.word, figure.value * (1 + sign * percent / 100), window).overall(counts)
            for sign in (-1, 1)
        )
        observed(figure, "within", [round(low, 2), round(high, 2)], source=counts.series.source, unit="percent")
        if low < figure.percent <= high:
            return None
        side = "more" if high < figure.percent else "less"
        return (
            f"{figure} says {1000 * figure.value:.0f} ms, and it is {side} by over {percent:g} %: within "
            f"{1000 * figure.value:.0f} ms -/+ {percent:g} % were {low:.1f} and {high:.1f} % of {days}"
        )
    if figure.kind in ("reachable", "answered"):
        return _share(figure, measured_share(line, metrics, figure, window), days)
    if figure.kind == "sum":
        is_ = live.counts(figure.word, Window(window.length, EVERY, ago=window.ago)).total
    else:
        counts = live.samples(figure.word, Window(window.length, EVERY, ago=window.ago))
        is_ = live.means(figure.word, window).weighed(counts)
    observed(figure, "is", round(is_, 4), source="series")
    wrong = 100 * abs(figure.value - is_) / abs(is_) if is_ else 0.0 if figure.value == is_ else 100.0
    if wrong <= percent:
        return None
    return f"{figure} says {figure.value:,.6g}, and the series say {is_:,.6g} {days}: {wrong:.1f} % off"


def measured_share(line: Line, metrics: SeriesReader, figure: Figure, window: Window) -> float:
    """How much of the time it was reachable, or of the requests answered, in percent. Raises Unobservable."""
    if figure.kind == "reachable":
        share, _ = seen_from_outside(line, metrics, window)
        return share
    plain, live = Window(window.length, EVERY, ago=window.ago), Live(metrics)
    asked = live.counts("requests", plain).total
    failed = sum(live.counts(w, plain).total for w in FAILURES if w in metrics.words)
    if not asked:
        raise Unobservable(f"{figure}: nothing was requested in the last {window.length}", "Are its metrics kept?")
    return 100 * (1 - failed / asked)


def _share(figure: Figure, is_: float, days: str) -> str | None:
    observed(figure, "is", round(is_, 4), source="series", unit="percent")
    if abs(is_ - figure.value) <= SHARES:
        return None
    return f"{figure} says {figure.value:g} %, and the series say {is_:.3f} % {days}"
