"""Judges how the doors of an API answered forged tokens."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from golive.catalogue import Limit


@dataclass(frozen=True)
class Attempt:
    """A forged token at one door. `status` is None where the door accepted a stream and closed it, without a status."""

    why: str
    door: str
    accepted: bool
    status: int | None


def accepted(attempts: Iterable[Attempt]) -> list[str]:
    """Return the forgeries that got in, in words."""
    return [f"{a.door} accepts a forged token: {a.why}" for a in attempts if a.accepted]


def refused_otherwise(attempts: Iterable[Attempt], want: Limit) -> list[str]:
    """Return the forgeries that were refused with another status than wanted, one sentence a door and status."""
    by_answer: dict[tuple[str, int], list[str]] = {}
    for attempt in attempts:
        if not attempt.accepted and attempt.status is not None and not want.admits(attempt.status):
            by_answer.setdefault((attempt.door, attempt.status), []).append(attempt.why)
    return [
        f"{door} refuses with {status}, want {want.value}: {'; '.join(why)}"
        for (door, status), why in by_answer.items()
    ]


def open_doors(attempts: Iterable[Attempt], shown: int = 3) -> list[str]:
    """Return what got in where, in words: by door where one lets in several, else by what is let in at many doors."""
    got_in = [a for a in attempts if a.accepted]
    by_why: dict[str, list[str]] = {}
    for attempt in got_in:
        by_why.setdefault(attempt.why, []).append(attempt.door)
    by_doors: dict[tuple[str, ...], list[str]] = {}
    for why, doors in by_why.items():
        by_doors.setdefault(tuple(sorted(set(doors))), []).append(why)
    return [
        f"{', '.join(doors[:shown])}{f' and {len(doors) - shown} more' if len(doors) > shown else ''}"
        f" let in: {'; '.join(why)}"
        for doors, why in by_doors.items()
    ]
