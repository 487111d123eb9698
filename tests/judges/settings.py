"""Judges changes of a tenant's settings: refused ones store nothing, of two at once one wins, all can be taken back."""

from __future__ import annotations

from collections.abc import Sequence


def fight(statuses: Sequence[int], shown: int) -> list[str]:
    """Return what is wrong where two changed the same version: one is done and told so, the other is refused."""
    done = sum(200 <= status < 300 for status in statuses)
    if done > 1:
        return [f"{done} changes of one version at once were all answered with success: {done - 1} was lost silently"]
    if not done:
        return [f"none of {len(statuses)} changes of one version at once was done: {', '.join(map(str, statuses))}"]
    return [] if shown == 1 else [f"one change was done, and the settings show {shown} of them"]


def unrecorded(versions: Sequence[str], actors: Sequence[str], wanted: Sequence[str], actor: str) -> list[str]:
    """Return the changes that the history does not show, or shows as somebody else's."""
    by_version = dict(zip(versions, actors, strict=False))
    found = [f"the history does not show version {v}" for v in wanted if v not in by_version]
    return found + [
        f"the history says that {by_version[v] or 'nobody'} made version {v}, want {actor}"
        for v in wanted
        if v in by_version and by_version[v] != actor
    ]
