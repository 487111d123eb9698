"""Whether those on duty answered their test page: themselves, and in time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from fixtures.oncall.paging import Answered, TestPage


def answer_problem(page: TestPage, answered: Sequence[Answered]) -> str:
    """Why a page was not answered by the one who was paged, or nothing."""
    who = f"level {page.to.level}, {page.to.name}"
    if not answered:
        return f"{who} did not acknowledge the test page"
    if any(a.person and a.id == page.to.person for a in answered):
        return ""
    others = [a for a in answered if a.person]
    if others:
        return f"{who}: {others[0].name} acknowledged the page, who was not paged"
    return f"{who}: {answered[0].name or 'an automation'} acknowledged the page, not a person"


def minutes_taken(page: TestPage, answered: Sequence[Answered]) -> float | None:
    """Minutes until the one who was paged acknowledged, None where they did not."""
    own = [a.at for a in answered if a.person and a.id == page.to.person]
    return (min(own) - page.sent) / timedelta(minutes=1) if own else None
