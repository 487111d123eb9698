"""Whether turns of a call were answered soon enough, each of them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from golive.catalogue import Limit

SHOWN = 5


class Heard(Protocol):
    """A turn, see `fixtures.websocket.turns.Turn`."""

    @property
    def said(self) -> str: ...
    @property
    def seconds(self) -> float | None: ...
    @property
    def cached(self) -> bool: ...
    @property
    def problem(self) -> str: ...


def slow_turns(turns: Sequence[Heard], limit: Limit, of: object) -> list[str | None]:
    """Return what is wrong with turns, by the slowest: no mean hides one. What a cache answered does not count."""
    unheard = [t for t in turns if t.seconds is None]
    said: list[str | None] = [
        f"{of}: nothing was heard after '{t.said}': {t.problem or 'silence'}" for t in unheard[:SHOWN]
    ]
    told = [t.seconds for t in turns if t.seconds is not None and not t.cached]
    if told:
        slow = sorted(round(s, 2) for s in told if not limit.admits(s))
        worst = ", ".join(f"{s:g} s" for s in slow[-SHOWN:])
        hint = f"{len(slow)} of {len(told)} took too long: {worst}" if slow else ""
        said.append(limit.problem(round(max(told), 3), of=f"{of}, the slowest of {len(told)} turns", hint=hint))
    return said


def uncached(turns: Sequence[Heard]) -> int:
    """Return how many turns no cache answered."""
    return sum(not t.cached for t in turns)
