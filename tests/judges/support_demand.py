"""Whether as much is asked of support as at this time of other weeks. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean, pstdev

from fixtures.helpdesk import Ticket

WEEK = timedelta(days=7)
FEWEST = 5
"""Tickets on one matter that are told from chance."""


@dataclass(frozen=True)
class Demand:
    """How many tickets there are now, and how many there were at this time of the weeks before, the last week first."""

    now: int
    before: tuple[int, ...]

    @property
    def mean(self) -> float:
        """Of the weeks before."""
        return fmean(self.before)

    @property
    def above(self) -> float:
        """By how many standard deviations there are more than the mean; one is at least a ticket."""
        return (self.now - self.mean) / max(pstdev(self.before), 1.0)

    def __str__(self) -> str:
        return f"{self.now} tickets, {self.mean:.1f} at this time of other weeks"


def weeks_known(tickets: Sequence[Ticket], since: datetime, most: int) -> int:
    """For how many weeks back the help desk was there already, when the window of the week began."""
    first = min((t.created for t in tickets), default=since)
    return sum(first <= since - n * WEEK + timedelta(days=1) for n in range(1, most + 1))


def demand(tickets: Iterable[Ticket], since: datetime, until: datetime, weeks: int) -> Demand:
    """Count them in the window, and in the same one of each week before."""
    at = [t.created for t in tickets]
    counts = [sum(since - n * WEEK <= when < until - n * WEEK for when in at) for n in range(weeks + 1)]
    return Demand(counts[0], tuple(counts[1:]))


def by_matter(tickets: Sequence[Ticket], since: datetime, until: datetime, weeks: int) -> dict[str, Demand]:
    """Tag to its demand, of those with enough tickets now."""
    tags = {tag for t in tickets if since <= t.created < until for tag in t.tags}
    found = {tag: demand([t for t in tickets if tag in t.tags], since, until, weeks) for tag in sorted(tags)}
    return {tag: each for tag, each in found.items() if each.now >= FEWEST}


def silent(tickets: Sequence[Ticket], since: datetime, until: datetime, weeks: int) -> dict[str, Demand]:
    """Channel to its demand, of those by which nothing comes any more."""
    channels = {t.channel for t in tickets}
    found = {c: demand([t for t in tickets if t.channel == c], since, until, weeks) for c in sorted(channels)}
    return {channel: each for channel, each in found.items() if not each.now}
