"""Capacity is planned each month by how things really grew, and nothing that runs full is left out."""

from __future__ import annotations

from datetime import timedelta

from fixtures.documents import Documents
from fixtures.documents.growing import growing
from fixtures.documents.records import DAY, newest_record
from fixtures.metrics.plugin import SeriesReader
from fixtures.metrics.windows import Live, Window
from fixtures.parallel import each
from golive import clock
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.verdict import NotConfigured, Unobservable
from tests.judges.capacity_forecast import Trend, forecast_problems, trend
from tests.judges.records import follow_up_problems, period_problems
from tests.judges.rollback_rules import number
from tests.performance.reviews import age_problems

REVIEWS = "capacity_reviews"
"""Our word for a folder of the checkout."""
DEMAND = ("accounts", "requests")
"""Series whose growth is told beside that of what runs full."""
COUNTED = ("requests",)
"""Series of which a day has a sum; others have a level."""
LOOKED_BACK = timedelta(days=14)
COVERED = 0.7
SHORTEST = 7.0
"""Days that growth is told from at the least."""


@verifies("AURA-11.2.2.1")
def test_capacity_is_planned_each_month(line: Line, metrics: SeriesReader, documents: Documents) -> None:
    now, full_at = clock.now(), metrics.settings.full_at
    if not full_at:
        raise NotConfigured(
            "the target does not say what runs full", f"Add [{line.product}.metrics.full_at]: disk, memory, vectors"
        )
    record = newest_record(documents, REVIEWS)
    problems = age_problems(line, record, now)
    problems += period_problems(record, now, SHORTEST, number(line, "record_age") * DAY)
    problems += follow_up_problems(record)
    rows = {row.word: row for row in growing(record)}
    end = now.replace(hour=0, minute=0, second=0, microsecond=0)
    words = [*full_at, *(w for w in DEMAND if w not in full_at)]
    trends = dict(zip(words, each(lambda w: _trend(metrics, w, full_at.get(w)), words, workers=4), strict=True))
    limit = line.limit("exhaustion_after")
    for word, seen in trends.items():
        row = rows.get(word)
        when = f", which is full in {seen.full_in:.0f} days" if seen.full_in < 365 else ""
        if row is None:
            problems.append(f"the forecast of {record} does not tell of {word}{when}")
        else:
            problems += [f"{record}: {why}" for why in forecast_problems(row, seen, end)]
        if word in full_at:
            days = min(seen.full_in, 3650.0)
            problems.append(limit.problem(round(days), of=f"{word} by its trend of {LOOKED_BACK.days} days"))
    conclude(problems)


def _trend(metrics: SeriesReader, word: str, full_at: float | None) -> Trend:
    """How a series went in the newest whole days. Raises NotConfigured, Unobservable."""
    now = clock.now()
    end = now.replace(hour=0, minute=0, second=0, microsecond=0)
    live = Live(metrics)
    window = Window(LOOKED_BACK, DAY, coverage=COVERED, ago=now - end)
    found = live.counts(word, window) if word in COUNTED else live.means(word, window)
    seen = trend(found.values, end, full_at)
    if seen is None:
        raise Unobservable(f"series {word} has too few days to see how it grows", "Are its points kept for weeks?")
    days = round(seen.full_in, 1) if seen.full_in < 3650 else "never"
    observed(found, "trend", {"a day": f"{seen.percent:.3f} %", "full in days": days}, source=found.series.source)
    return seen
