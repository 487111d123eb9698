"""Whether a record of a review is of the time that it should be, says something, and leads to something. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from fixtures.documents.markdown import Section
from fixtures.documents.parts import empty, part
from fixtures.documents.records import DAY, Figure, Record
from tests.judges.documents import empty_cell

CONCLUSIONS = ("conclusion", "finding", "what we learnt", "assessment")
ACTIONS = ("action", "next step", "follow")
SHARES = 0.02
"""By how many percent of the whole a share that was written down may be off: it was rounded."""
_BUDGET = re.compile(r"error budget left:?\s+(-?\d+(?:\.\d+)?)", re.IGNORECASE)


def period_problems(record: Record, now: datetime, days: float, latest: timedelta) -> list[str]:
    """What is wrong with when a record was written and the time that it speaks of.

    Args:
        days: how long that time must be at the least.
        latest: how long ago it may have ended at the most.
    """
    if record.period is None:
        return [f"{record} does not say of which time it speaks (`Period: 2026-11-13 to 2026-11-20`)"]
    begin, end = record.period
    problems = []
    if (end - begin) / DAY < days:
        problems.append(f"{record} speaks of {(end - begin) / DAY:g} days, want {days:g}")
    if now - end > latest:
        ago = (now - end) / DAY
        problems.append(f"{record} speaks of a time that ended {ago:.1f} days ago, want {latest / DAY:g} at the most")
    if end > now:
        problems.append(f"{record} speaks of a time that is not over")
    if record.written is not None and record.written < end.date():
        problems.append(f"{record} was written on {record.written}, before the end of its time, {end:%Y-%m-%d}")
    return problems


def missing_figures(record: Record, figures: Iterable[Figure], wanted: Sequence[str]) -> list[str]:
    """Which of the measures a record has no figure of."""
    have = {f.measure for f in figures}
    return [f"{record} has no figure of {measure}" for measure in wanted if measure not in have]


def follow_up_problems(record: Record) -> list[str]:
    """What conclusions and actions lack: a text, an owner each."""
    parts = list(record.section.walk())
    problems = [f"{record}: its conclusions: {why}"] if (why := empty(part(parts, CONCLUSIONS))) else []
    section = next((p for p in parts[1:] if any(word in p.heading.lower() for word in ACTIONS)), None)
    if section is None:
        return [*problems, f"{record} has no actions: say that none is needed, or who does what"]
    rows = _rows(section)
    if not rows and (why := empty(part(parts, ACTIONS))):
        problems.append(f"{record}: its actions: {why}")
    for row in rows:
        owner = next((v for k, v in row.items() if "owner" in k), "")
        if empty_cell(owner):
            problems.append(f"{record}: action '{next(iter(row.values()))}' has no owner")
    return problems


def copied(record: Record, before: Record | None) -> list[str]:
    """Whether a record's conclusions are those of the one before, word for word."""
    if before is None:
        return []
    now, then = (part(list(r.section.walk()), CONCLUSIONS) for r in (record, before))
    return [f"{record}: its conclusions are those of {before}, word for word"] if now and now == then else []


def baseline_differences(figures: Iterable[Figure], baseline: Iterable[Figure], percent: float) -> list[str]:
    """Which figures are compared with something else than the baseline has, and which with nothing."""
    known = {f.measure: f.value for f in baseline}
    problems = []
    for figure in figures:
        stored = known.get(figure.measure)
        if stored is None:
            continue
        if figure.baseline is None:
            problems.append(f"{figure} is compared with no baseline, which has {stored:g}")
        elif abs(figure.baseline - stored) > abs(stored) * percent / 100:
            problems.append(f"{figure} is compared with {figure.baseline:g}, and the baseline has {stored:g}")
    return problems


def percentile_problem(figure: Figure, low: float, high: float, percent: float, days: str) -> str | None:
    """Whether a percentile that was written down is further off than so many percent; a sentence if it is.

    A percentile of days has no mean. It is right if enough measurements lie within it and `percent` more, and too few
    within it and `percent` less.

    Args:
        low, high: the percentage of the measurements within its value, less and more `percent`.
        days: of which time it speaks.
    """
    if low < figure.percent <= high:
        return None
    return (
        f"{figure} says {1000 * figure.value:.0f} ms, and it is {'more' if high < figure.percent else 'less'} by over "
        f"{percent:g} %: within {1000 * figure.value:.0f} ms -/+ {percent:g} % were {low:.1f} and {high:.1f} % {days}"
    )


def value_problem(figure: Figure, is_: float, percent: float, days: str) -> str | None:
    """Whether a mean or a sum that was written down is further off than so many percent; a sentence if it is."""
    if figure.value == is_:
        return None
    wrong = 100 * abs(figure.value - is_) / abs(is_) if is_ else 100.0
    if wrong <= percent:
        return None
    return f"{figure} says {figure.value:,.10g}, and the series say {is_:,.10g} {days}: {wrong:.1f} % off"


def share_problem(figure: Figure, is_: float, days: str) -> str | None:
    """Whether a share that was written down is off by more than rounding; a sentence if it is."""
    if abs(is_ - figure.value) <= SHARES:
        return None
    return f"{figure} says {figure.value:g} %, and the series say {is_:.3f} % {days}"


def load_overlaps(record: Record, runs: Iterable[tuple[str, datetime, datetime]]) -> list[str]:
    """Which load runs lay in a record's time: what was measured then is not how users found it.

    Args:
        runs: name, begin and end of each that was put on this deployment.
    """
    if record.period is None:
        return []
    begin, end = record.period
    return [
        f"{record} speaks of a time in which the load run {name} was made: it is no time as users had it"
        for name, started, finished in runs
        if started < end and finished > begin
    ]


def budget_left(record: Record, share: float, objective: float) -> list[str]:
    """What is wrong with how much a record says is left of the time that the service may be out of reach.

    Args:
        share: how much of the time it was within reach, in percent.
        objective: how much was promised.
    """
    if record.period is None:
        return []
    whole = (record.period[1] - record.period[0]) / timedelta(minutes=1)
    left = whole * (share - objective) / 100
    said = _BUDGET.search(record.section.whole_text)
    if said is None:
        return [f"{record} does not say what is left of the error budget (`Error budget left: 25.9 of 25.9 minutes`)"]
    if abs(float(said[1]) - left) <= max(1.0, whole * 2e-4):
        return []
    return [f"{record} says that {said[1]} minutes are left of the error budget, and {left:.1f} are"]


def _rows(section: Section) -> list[dict[str, str]]:
    return [row for p in section.walk() for table in p.tables for row in table]
