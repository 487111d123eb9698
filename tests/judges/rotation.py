"""Judges whether a key was really replaced. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class KeySeen:
    """A key in the secret store and at its provider.

    `previous_reply` says what the provider answered the value before; None when it refused it, as it has to.
    """

    changed: datetime | None
    last_rotated: datetime | None
    has_previous: bool
    same_value: bool = False
    current_refused: str | None = None
    previous_accepted: bool = False


def age_of(seen: KeySeen, now: datetime) -> timedelta | None:
    """How long the current value has been there, by the older of what is known; None when nothing is."""
    known = [at for at in (seen.changed, seen.last_rotated) if at is not None]
    return now - min(known) if known else None


def replacement_problems(seen: KeySeen, now: datetime, grace: timedelta = timedelta(0)) -> list[str]:
    """Return why the key was not really replaced, one phrase each.

    Args:
        grace: how long the value before may go on working.
    """
    if seen.changed is None:
        return ["has no current value"]
    if seen.current_refused:
        return [f"holds a value that the provider refuses ({seen.current_refused}). Store the key that is in use"]
    if not seen.has_previous:
        return ["keeps no value before the current one: it was never replaced"]
    if seen.same_value:
        return ["was rotated to the same value: the key before is the key now. Issue a new one at the provider"]
    age = now - seen.changed
    if seen.previous_accepted and age > grace:
        hours = age / timedelta(hours=1)
        return [f"has a key before it that the provider still accepts after {hours:.0f} h. Revoke it there"]
    return []
