"""Judges which paths through a network there are, and whether those that were shut could have been seen open. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

OPEN = "open"
BLOCKED = ("closed", "refused", "silent")


@dataclass(frozen=True)
class Path:
    """What was tried. `answer`: as golive/network_probe.py says it. `allowed`: whether it should be open."""

    vantage: str
    place: str
    allowed: bool
    answer: str
    seconds: float

    def __str__(self) -> str:
        return f"{self.vantage} to {self.place}"


def shut(paths: Sequence[Path]) -> list[str]:
    """Return a sentence for each path that should be open and is not."""
    return [f"{p} should be open and is {p.answer}" for p in paths if p.allowed and p.answer != OPEN]


def stray(paths: Sequence[Path]) -> list[str]:
    """Return a sentence for each path that should be blocked and is not."""
    return [f"{p} is open and no path of the target" for p in paths if not p.allowed and p.answer == OPEN]


def share(wrong: int, of: int) -> float:
    """Return the percentage that is right; nothing of nothing is not right."""
    return 100 * (of - wrong) / of if of else 0.0


def untold(paths: Sequence[Path]) -> list[str]:
    """Return why what was blocked may say nothing: a vantage or place of which nobody saw that it answers at all.

    A vantage from which nothing opens may have no network; a place that nobody reaches may be a wrong address. A place
    that nobody may reach (another network's metadata) has no such control.
    """
    opened = [p for p in paths if p.answer == OPEN]
    deaf = sorted({p.vantage for p in paths} - {p.vantage for p in opened})
    dead = sorted({p.place for p in paths if p.allowed} - {p.place for p in opened})
    found = [f"nothing answers from {vantage}: that others do not, says nothing" for vantage in deaf]
    found += [f"{place} answers nobody: that it is shut to some, says nothing" for place in dead]
    odd = [p for p in paths if p.answer not in (OPEN, *BLOCKED)]
    return found + [f"{p}: {p.answer}, so nothing was tried" for p in odd]


def undeclared_logins(live: Mapping[str, bool], declared: Mapping[str, bool], operators: Sequence[str]) -> list[str]:
    """Return a sentence for each role that may log in and open a session, and is not declared to.

    Args:
        live: role to whether it may log in and connect to the database.
        declared: role to whether it is declared to log in.
        operators: roles of those who run the server.
    """
    known = {name for name, may in declared.items() if may} | set(operators)
    return [
        f"role {name} may log in and is not declared to"
        for name, may in sorted(live.items())
        if may and name not in known
    ]
