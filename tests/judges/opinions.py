"""Judges what became of the things that users said: decided by people, answered, and written down as it was. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Said:
    """Something that a user said. `asks`: an answer is wanted; `answered`: one was sent."""

    item: str
    at: datetime
    status: str
    decision: str
    actor: str
    asks: bool
    answered: bool

    def __str__(self) -> str:
        return f"what a user said on {self.at:%d %b} ({self.item[:8]})"


def older(said: Sequence[Said], days: float, now: datetime) -> list[Said]:
    """Return what was said more than so many days ago."""
    return [s for s in said if now - s.at > timedelta(days=days)]


def undecided(said: Sequence[Said], words: Collection[str]) -> list[Said]:
    """Return what has no status, one of these, or no decision."""
    return [s for s in said if not s.status or s.status in words or not s.decision.strip()]


def by_nobody(said: Sequence[Said], words: Collection[str], people: Collection[str]) -> list[str]:
    """Return what has a decision that none of these people made."""
    left = {s.item for s in undecided(said, words)}
    known = {p.lower() for p in people}
    return [
        f"{s} is {s.status}, decided by {s.actor or 'nobody'}, who is none of those who decide"
        for s in said
        if s.item not in left and s.actor.lower() not in known
    ]


def unanswered(said: Sequence[Said]) -> list[str]:
    """Return what should have been answered."""
    return [f"{s}: its user asked for an answer, and got none" for s in said if s.asks and not s.answered]


def counted(said: Sequence[Said], first: datetime, last: datetime, words: Collection[str]) -> dict[str, int]:
    """Return how much was said in a time, and how much of it is decided."""
    within = [s for s in said if first <= s.at < last]
    return {"received": len(within), "decided": len(within) - len(undecided(within, words))}


def otherwise(written: Mapping[str, int], found: Mapping[str, int]) -> list[str]:
    """Return the counts of a record that are not those of the store."""
    return [
        f"says {written[word]} {word}, the store has {count}"
        if word in written
        else f"does not say how much was {word}"
        for word, count in found.items()
        if written.get(word) != count
    ]
