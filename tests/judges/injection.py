"""Judges what payloads were answered: whether any was run. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fixtures.injection.attack import Shown


@dataclass(frozen=True)
class Found:
    """What the answers tell: sentences on payloads that were run, and on payloads that broke the service."""

    run: list[str]
    broken: list[str]
    slowest: float
    """The most seconds that a payload took beyond the same call without it."""


def judged(shown: Sequence[Shown], most_delay: float) -> Found:
    """Return what the answers tell; `most_delay` in seconds, from which a delay is the payload's own."""
    run: list[str] = []
    slowest = 0.0
    for one in shown:
        later = one.seconds - one.plain[2]
        if one.payload.way == "delay":
            slowest = max(slowest, later)
            if later >= most_delay:
                run.append(f"{one.place}: {one.payload.what} was run: the answer came {later:.1f} s later")
    for place, holds, fails, again in _conditions(shown):
        if holds == again != fails:
            run.append(f"{place}: a condition was run: {holds} items where it holds, {fails} where it does not")
    broken = [
        f"{one.place}: {one.payload.what} is answered {one.status}: it reached the statement"
        for one in shown
        if one.status >= 500
    ]
    return Found(run, list(dict.fromkeys(broken)), slowest)


def _conditions(shown: Sequence[Shown]) -> list[tuple[str, int, int, int]]:
    """Return place and items of the conditions that hold, fail, and hold again, where all three were answered well."""
    by_place: dict[str, list[Shown]] = {}
    for one in shown:
        if one.payload.way in ("true", "false"):
            by_place.setdefault(one.place, []).append(one)
    found = []
    for place, trio in by_place.items():
        ways = [one.payload.way for one in trio]
        if ways == ["true", "false", "true"] and all(one.status < 400 for one in trio):
            found.append((place, trio[0].items, trio[1].items, trio[2].items))
    return found
