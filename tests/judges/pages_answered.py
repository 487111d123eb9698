"""How the pages of past weeks went: who answered how soon, what nobody answered, how many came to one person. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from fixtures.oncall.history import Page

WEEK = timedelta(days=7)


def missed(pages: Iterable[Page], now: datetime, minutes: float) -> list[str]:
    """Sentences on the pages that no person answered, or only once they had climbed.

    What ended by itself, or began, less than `minutes` ago or after its beginning, nobody could have answered late.
    """
    found = []
    for page in pages:
        if page.answered_after is None and (page.ended or now) - page.created <= timedelta(minutes=minutes):
            continue
        if page.answered_after is None:
            others = [a.name for a in page.answers]
            found.append(
                f"{page} was acknowledged by {others[0]} alone" if others else f"{page} was never acknowledged"
            )
        elif page.climbed:
            found.append(f"{page} climbed, and was acknowledged after {page.answered_after:.0f} min")
    return found


def answer_times(pages: Iterable[Page]) -> list[float]:
    """Minutes until a person answered, in order; what an automation acknowledged alone is not in it."""
    return sorted(page.answered_after for page in pages if page.answered_after is not None)


def busiest_week(pages: Sequence[Page]) -> tuple[str, int]:
    """Who was paged by most incidents within any seven days, and by how many; nobody, 0 without a page."""
    asked: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for page in pages:
        for name in {name for name, _ in page.asked}:
            asked[name].append((page.id, page.created.timestamp()))
    most = ("nobody", 0)
    for name, each in asked.items():
        for _, start in each:
            count = sum(start <= at < start + WEEK.total_seconds() for _, at in each)
            if count > most[1]:
                most = (name, count)
    return most


def unnamed(names: Iterable[str], text: str) -> list[str]:
    """Which of those who were on call a plan does not name."""
    return [name for name in sorted(set(names)) if name.casefold() not in text.casefold()]
