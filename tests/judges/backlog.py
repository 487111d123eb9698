"""Whether issues are prioritised, and what users stumble over is mended. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from fixtures.ci.defects import Defect

DAY, WEEK = timedelta(days=1), timedelta(days=7)


def unrated(issues: Iterable[Defect], now: datetime, grace: timedelta = DAY) -> list[Defect]:
    """The issues without a priority that are older than it takes to give one."""
    return [issue for issue in issues if not issue.severity and now - issue.opened > grace]


def plan_problem(plans: Sequence[Mapping[str, Any]], today: date) -> str | None:
    """Why no open milestone says what comes next, or None: one is due, not overdue, and holds open issues."""
    if any(plan["due"] and plan["due"] >= today and plan["open"] for plan in plans):
        return None
    said = "; ".join(f"{p['title']} is due on {p['due']} with {p['open']} open issues" for p in plans)
    return f"no milestone says what comes next: {said or 'none is open'}"


def days_to_rate(issue: Defect, rated: Sequence[datetime], now: datetime) -> float:
    """Days from an issue's report to its first priority by a person, to now or its end while it has none."""
    return ((rated[0] if rated else issue.closed or now) - issue.opened) / DAY


def weeks_since(since: datetime, now: datetime) -> float:
    """Weeks, at least one."""
    return max((now - since) / WEEK, 1.0)
