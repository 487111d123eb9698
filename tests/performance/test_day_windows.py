"""The first day of a release: whether answers get slower, or are slow in spells."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from fixtures.metrics.plugin import SeriesReader
from fixtures.metrics.windows import Live, Window
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.verdict import Unobservable
from tests.judges.rollback_rules import number
from tests.judges.upward import climb, last_to_first, per_hour, spells
from tests.performance.spans import FIVE, HOUR, hours, newest

LEAST = 10
"""Samples below which five minutes say nothing of their 95th percentile."""


@verifies("SEI-3.2.1.1.1")
def test_answers_get_no_slower_over_the_day(line: Line, metrics: SeriesReader, target: ProductTarget) -> None:
    window = newest(line, target, number(line, "window") * HOUR, FIVE, number(line, "points_present") / 100)
    live = Live(metrics)
    conclude([
        *_steady(line, live, "latency", window, number(line, "p95") / 1000, "p95"),
        *_steady(line, live, "voice_latency", window, number(line, "voice_p95"), "voice_p95"),
    ])  # fmt: skip


def _steady(line: Line, live: Live, word: str, window: Window, bound: float, limit: str) -> Iterator[str | None]:
    counts = live.samples(word, window).values
    by_five = live.quantiles(word, 95, window).values
    by_hour = live.quantiles(word, 95, Window(window.length, HOUR)).values
    factor = 1000 if limit == "p95" else 1
    worst_hour = max(by_hour.items(), key=lambda item: item[1])
    yield line.limit(limit).problem(
        round(worst_hour[1] * factor, 3), of=f"{word} of the hour from {worst_hour[0]:%H:%M}Z, the worst"
    )
    bad = spells(by_five, counts, bound, LEAST)
    if bad:
        shown = ", ".join(f"{at:%H:%M}Z {v:.2f} s" for at, v in sorted(bad.items())[:6])
        yield (
            f"{word}: {len(bad)} spells of five minutes in {hours(window)} were at {bound:g} s or over it: {shown}. "
            "Does something run at these times?"
        )
    found = climb(by_five)
    if found is None:
        raise Unobservable(f"series {word} has too few points to see whether it climbs", "Wait until there are more")
    hint = f"from {1000 * found.level:.0f} ms on, by at least this much with confidence: caches, tables, leaks?"
    yield line.limit("slope").problem(round(per_hour(found), 2), of=f"{word} of {hours(window)}", hint=hint)
    span = timedelta(hours=number(line, "compared_span"))
    ratio = last_to_first(by_five, span)
    of = f"{word} of the newest {span / HOUR:g} h to the first {span / HOUR:g} h of {hours(window)}"
    yield line.limit("last_to_first").problem(round(ratio, 3), of=of)
