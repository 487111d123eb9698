"""Judges whether those who try what is new are people from outside, who agreed and do try it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Member:
    """Somebody of the group. `seen`: when they were there last, None: never."""

    email: str
    consented: bool
    enabled: bool
    seen: datetime | None


def real(members: Sequence[Member], ours: Collection[str]) -> list[Member]:
    """Return those whose address is not of one of our domains, or below it."""
    return [m for m in members if not any(_of(m.email, domain) for domain in ours)]


def _of(email: str, domain: str) -> bool:
    host = email.lower().rpartition("@")[2]
    return host == domain.lower() or host.endswith(f".{domain.lower()}")


def admitted(members: Sequence[Member]) -> list[Member]:
    """Return those who agreed and can use it."""
    return [m for m in members if m.consented and m.enabled]


def active(members: Sequence[Member], now: datetime, days: float) -> float:
    """Return the percentage of the members, of whom there is one, who were there in the last days."""
    there = [m for m in members if m.seen is not None and now - m.seen <= timedelta(days=days)]
    return round(100 * len(there) / len(members), 1)
