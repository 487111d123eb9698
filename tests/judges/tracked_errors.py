"""What the errors in a tracker say of a release: new kinds, and whether they are told as of this deployment. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from fixtures.error_tracker import TrackedError


def new_groups(now: Iterable[TrackedError], before: Iterable[TrackedError]) -> dict[str, list[TrackedError]]:
    """Return the groups of errors that were not seen before, each with its events."""
    known = {e.group for e in before}
    found: dict[str, list[TrackedError]] = {}
    for event in now:
        if event.group not in known:
            found.setdefault(event.group, []).append(event)
    return found


def told(groups: Mapping[str, list[TrackedError]], most: int = 5) -> str:
    """Return the groups in words, the most frequent first."""
    ordered = sorted(groups.values(), key=len, reverse=True)
    words = [
        f"{events[0]} {len(events)} times, first at {min(e.at for e in events):%H:%M}Z" for events in ordered[:most]
    ]
    return "; ".join(words) + (f"; and {len(ordered) - most} more" if len(ordered) > most else "")


def mislabelled(event: TrackedError, environment: str, release: str) -> list[str]:
    """Return what an event says wrongly of the deployment that it comes from."""
    wanted = {"environment": environment, "release": release}
    return [
        f"{tag} is {event.tags.get(tag) or 'not told'}, want {value}"
        for tag, value in wanted.items()
        if event.tags.get(tag) != value
    ]
