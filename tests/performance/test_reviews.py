"""People look at speed each week and at promises each month, at the figures of just that time, and write it down."""

from __future__ import annotations

from datetime import UTC

from fixtures.documents import Documents
from fixtures.documents.records import DAY, Figure, Record, newest_record, only_record
from fixtures.load.runs import load_times
from fixtures.metrics.plugin import SeriesReader
from fixtures.parallel import each
from golive import clock
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.release import launched_at
from golive.verdict import Unobservable
from tests.judges.records import (
    baseline_differences,
    budget_left,
    copied,
    follow_up_problems,
    load_overlaps,
    missing_figures,
    period_problems,
)
from tests.judges.rollback_rules import number
from tests.performance.figures import deviation, measured_share, window_of
from tests.performance.reviews import age_problems

BASELINE, REVIEWS, PROMISES = "performance_baseline", "performance_reviews", "service_level_reviews"
"""Our words for a document and two folders of the checkout."""
WEEKLY = ("p95 of latency", "p99 of latency", "sum of requests")
MONTHLY = ("reachable", "answered", "p95 of latency")
PERCENTILES = ("p50", "p95", "p99")
WEEK, MONTH = 7.0, 28.0
"""Days that a review of a week, of a month, speaks of at the least."""


@verifies("AURA-11.2.1.1")
def test_speed_is_reviewed_each_week(line: Line, metrics: SeriesReader, documents: Documents) -> None:
    now, percent = clock.now(), number(line, "value_deviation")
    record, before = newest_record(documents, REVIEWS), _before(documents)
    problems = age_problems(line, record, now)
    problems += period_problems(record, now, WEEK, number(line, "record_age") * DAY)
    figures = list(record.figures)
    problems += missing_figures(record, figures, WEEKLY)
    problems += follow_up_problems(record) + copied(record, before)
    problems += _deviations(line, metrics, record, figures, percent)
    stored = only_record(documents, BASELINE).figures
    problems += [f"{record}: {why}" for why in baseline_differences(figures, stored, 1.0)]
    conclude(problems)


@verifies("AURA-11.1.2.2")
def test_the_first_week_is_stored_as_the_baseline(
    line: Line, metrics: SeriesReader, documents: Documents, target: ProductTarget
) -> None:
    launched = launched_at(target.release, line.product)
    if clock.now() - launched < 8 * DAY:
        raise Unobservable("users came less than eight days ago", "Run it again when the first week is over")
    record = only_record(documents, BASELINE)
    assert record.period is not None, f"{record} does not say of which time it speaks (`Period: DATE to DATE`)"
    begin, end = record.period
    figures = list(record.figures)
    problems = [line.limit("days_covered").problem((end - begin) / DAY, of=f"the time that {record} speaks of")]
    if begin.date() < launched.astimezone(UTC).date():
        problems.append(f"{record} begins on {begin:%Y-%m-%d}, before users came at {launched:%Y-%m-%d %H:%M}Z")
    elif begin - launched > DAY:
        problems.append(f"{record} begins on {begin:%Y-%m-%d}, and users came at {launched:%Y-%m-%d %H:%M}Z already")
    if not record.build:
        problems.append(f"{record} names no build (`Build: 2.0.1 (COMMIT)`)")
    timed = ["latency", *(w for w in metrics.words if w.endswith(".latency"))]
    wanted = [f"{p} of {w}" for w in timed for p in PERCENTILES]
    problems += missing_figures(record, figures, [*wanted, "sum of requests", "answered", "mean of cpu"])
    problems += load_overlaps(record, load_times(target, line.product))
    problems += _deviations(line, metrics, record, figures, number(line, "value_deviation"))
    later = documents.newest(REVIEWS)
    if later is not None:
        problems += [f"{later[0]}: {why}" for why in baseline_differences(Record(*later).figures, figures, 1.0)]
    conclude(problems)


@verifies("AURA-11.2.2.5")
def test_promises_are_reviewed_each_month(
    line: Line, metrics: SeriesReader, documents: Documents, target: ProductTarget
) -> None:
    now, record = clock.now(), newest_record(documents, PROMISES)
    launched = target.release.launched_at or target.release.deployed_at
    problems = age_problems(line, record, now)
    since_launch = record.period is not None and launched is not None and abs(record.period[0] - launched) <= DAY
    problems += period_problems(record, now, 1.0 if since_launch else MONTH, number(line, "record_age") * DAY)
    figures = list(record.figures)
    problems += missing_figures(record, figures, MONTHLY) + follow_up_problems(record)
    if record.period is not None:
        problems += _deviations(line, metrics, record, figures, number(line, "value_deviation"))
        problems += _kept(line, metrics, record, figures)
    conclude(problems)


def _kept(line: Line, metrics: SeriesReader, record: Record, figures: list[Figure]) -> list[str | None]:
    """Whether what was measured is within the limits, and what is left of the time that it may be out of reach."""
    assert record.period is not None
    window, problems = window_of(record.period), list[str | None]()
    for figure in figures:
        if figure.kind in ("reachable", "answered"):
            share = measured_share(line, metrics, figure, window)
            problems.append(line.limit("availability").problem(round(share, 4), of=f"{figure} of {record}, measured"))
            if figure.kind == "reachable":
                problems += budget_left(record, share, number(line, "availability"))
        elif figure.measure == "p95 of latency":
            problems.append(line.limit("latency").problem(1000 * figure.value, of=f"{figure} of {record}"))
    return problems


def _deviations(
    line: Line, metrics: SeriesReader, record: Record, figures: list[Figure], percent: float
) -> list[str | None]:
    if record.period is None:
        return []
    period = record.period
    found = each(lambda figure: deviation(line, metrics, figure, period, percent), figures, workers=4)
    return [why and f"{record}: {why}" for why in found]


def _before(documents: Documents) -> Record | None:
    """The record before the newest, None where there is none."""
    known = documents.within(REVIEWS)
    names = sorted(known)[:-1]
    return Record(names[-1], known[names[-1]]) if names else None
