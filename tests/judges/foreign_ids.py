"""Judges what a tenant gets with another tenant's ids: exactly what it gets for ids of nothing. Pure."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence

from fixtures.tenancy.foreign import Trial

_DIGITS = re.compile(r"^\d+$")


def leak(trial: Trial) -> str | None:
    """Say what a call gave away or did, or None."""
    if trial.markers:
        return f"{trial} shows {', '.join(trial.markers)}"
    if trial.changed:
        return f"{trial} changed its row"
    if trial.foreign != trial.unknown:
        return f"{trial} is answered {trial.foreign}, an id of nothing {trial.unknown}: that tells the two apart"
    if trial.own is None and not trial.foreign.refused:
        return f"{trial} is answered {trial.foreign}, want 403 or 404"
    return None


def blind(trials: Sequence[Trial]) -> list[str]:
    """Return the calls that the owner itself is answered just as for ids of nothing: that others are shows nothing."""
    return sorted({t.operation for t in trials if t.own is not None and t.own == t.unknown and t.foreign == t.unknown})


def guessable(ids: Sequence[str]) -> list[str]:
    """Return what is wrong with ids, such as numbers that can be counted up, and UUIDs made of time and machine."""
    found = []
    for text in ids:
        bare = text.rpartition("-")[2] if not _uuid(text) else text
        if _DIGITS.match(text) or _DIGITS.match(bare):
            found.append(f"the id {text} can be counted up, want random ones")
        elif (made := _uuid(text)) and made.version in (1, 2, 6):
            found.append(f"the id {text} is made of time and machine (UUID version {made.version}), want random ones")
    return found


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
