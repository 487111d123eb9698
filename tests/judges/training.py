"""Whether everybody was trained on what they have to know, and shows it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from fixtures.attestations.training import Trained

OPERATION = ("deploy", "rollback", "restore", "alarms")
SELLING = ("product", "prices", "demo")
SUPPORT = ("modes", "billing", "privacy requests", "escalation")
HELPDESK = ("calls", "billing", "privacy requests", "escalation")


def untrained(
    people: Iterable[str],
    trained: Iterable[Trained],
    topics: Collection[str],
    since: datetime,
    now: datetime,
    least: float = 0,
) -> dict[str, str]:
    """Return person to why their training does not count; the newest training of each is looked at.

    Args:
        people: addresses of those who have to be trained.
        topics: what each has to know, in lower case.
        since: trainings before it are too old.
        least: percent of the exercise.
    """
    newest: dict[str, Trained] = {}
    for each in sorted(trained, key=lambda t: t.on):
        newest[each.person.lower()] = each
    return {
        p: why for p in sorted({p.lower() for p in people}) if (why := _why(newest.get(p), topics, since, now, least))
    }


def _why(found: Trained | None, topics: Collection[str], since: datetime, now: datetime, least: float) -> str:
    if found is None:
        return "is not among the trained"
    if found.on > now:
        return f"was trained on {found.on:%Y-%m-%d}, which is yet to come"
    if found.on < since:
        return f"was trained {(now - found.on) / timedelta(days=1):.0f} days ago"
    known = {topic.lower() for topic in found.topics}
    if missing := [topic for topic in topics if topic not in known]:
        return f"was not trained on {', '.join(missing)}"
    return f"has {found.score:g} % in the exercise, want >= {least:g} %" if found.score < least else ""
