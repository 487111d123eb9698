"""Judges which stores are not encrypted with a living, rotating key of the customer's own. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

CUSTOMER, ENABLED = "CUSTOMER", "Enabled"


@dataclass(frozen=True)
class Kept:
    """A thing that keeps data. `key`: empty for none."""

    name: str
    encrypted: bool
    key: str


@dataclass(frozen=True)
class Key:
    """What KMS says of a key. `state`: Enabled, Disabled, PendingDeletion, ..., `missing`."""

    name: str
    manager: str
    state: str
    rotates: bool


def unsafe(things: Sequence[Kept], keys: Mapping[str, Key]) -> list[str]:
    """Return a sentence for each thing that is not encrypted as it should be, in their order."""
    return [f"{thing.name} {why}" for thing in things if (why := _why(thing, keys.get(thing.key)))]


def _why(thing: Kept, key: Key | None) -> str | None:
    if not thing.encrypted:
        return "is not encrypted"
    if not thing.key or key is None or key.manager != CUSTOMER:
        return f"is encrypted with {thing.key or 'no key of its own'}, which is no customer key"
    if key.state != ENABLED:
        return f"is encrypted with {key.name}, whose state is {key.state}: nobody can read it, or soon nobody will"
    return None if key.rotates else f"is encrypted with {key.name}, which does not rotate"
