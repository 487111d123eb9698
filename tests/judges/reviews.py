"""Whether reviews look at new figures, and what they decide is done."""

from __future__ import annotations

from datetime import datetime, timedelta

from fixtures.attestations.review import Review

DAY = timedelta(days=1)
FEWEST = 2
"""People at a review."""


def overdue(review: Review, now: datetime) -> list[str]:
    """Return the actions that should be done and are not."""
    return [
        f"'{a.title}' of {a.owner} was due {a.due:%Y-%m-%d}" for a in review.action if a.closed is None and a.due < now
    ]


def unchanged(newest: Review, before: Review) -> list[str]:
    """Say how a review is the one before again: the same figures, or actions that are open still, only due later."""
    found = []
    if newest.report_sha256 == before.report_sha256:
        found.append("looks at the same report as the review before")
    former = {a.title.casefold(): a for a in before.action if a.closed is None}
    for action in newest.action:
        then = former.get(action.title.casefold())
        if then and action.closed is None and action.due > then.due:
            found.append(f"puts '{action.title}' off from {then.due:%Y-%m-%d} to {action.due:%Y-%m-%d}")
    return found


def forgotten(newest: Review, before: Review) -> list[str]:
    """Return open actions of the review before that the newest does not tell of."""
    told = {a.title.casefold() for a in newest.action}
    return [a.title for a in before.action if a.closed is None and a.title.casefold() not in told]


def retrospective_delay(deployed: datetime, retrospectives: list[datetime], now: datetime) -> float:
    """Return the days from the deployment to its retrospective, to now while there is none."""
    after = min((held for held in retrospectives if held >= deployed), default=now)
    return max((after - deployed) / DAY, 0.0)
