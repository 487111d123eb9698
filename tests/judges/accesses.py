"""Judges whether each access left its own entry in the right audit trails, and nothing else did. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from fixtures.tenancy.accesses import Access
from fixtures.tenancy.audited import Event

Shown = tuple[str, Event]
"""Whose trail it is, and an entry of it."""


def _fits(access: Access, shown: Shown, refused: str) -> bool:
    trail, event = shown
    return (
        trail == access.trail == event.tenant
        and (event.request, event.event, event.actor, event.thing)
        == (access.request, access.event, access.actor, access.thing)
        and (event.outcome == refused) == access.refused
    )


def matched(accesses: Sequence[Access], shown: Sequence[Shown], refused: str) -> tuple[list[Access], list[Shown]]:
    """Pair accesses and entries, one with one; return the accesses and the entries that are left over."""
    entries, lost = list(shown), []
    for access in accesses:
        entry = next((e for e in entries if _fits(access, e, refused)), None)
        if entry is None:
            lost.append(access)
        else:
            entries.remove(entry)
    return lost, entries


def unlogged(lost: Sequence[Access], victim: str) -> list[str]:
    """Return a sentence for each kind of access that left no entry with all that it should tell."""
    counts: dict[tuple[str, bool, bool], int] = {}
    for a in lost:
        key = (a.operation, a.refused, a.trail == victim)
        counts[key] = counts.get(key, 0) + 1
    found = []
    for (operation, refused, own), n in counts.items():
        if refused:
            whose = "the tenant whose thing it was" if own else "the tenant that tried"
            found.append(f"{n} refused {operation} across tenants left no entry in the trail of {whose}")
        else:
            found.append(f"{n} {operation} left no entry with actor, thing and outcome")
    return found


def foreign(shown: Sequence[Shown]) -> list[str]:
    """Return each entry that a trail shows though it is of another tenant's."""
    return [
        f"the trail of {trail[:8]} shows {e.event} of tenant {e.tenant[:8]}" for trail, e in shown if e.tenant != trail
    ]
