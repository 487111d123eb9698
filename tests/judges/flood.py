"""Judges how a flood from one client was throttled, and what it did to others. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

REFUSALS = (403, 429)
"""403 is what a web application firewall answers."""


@dataclass(frozen=True)
class Flood:
    """What one flood of a path showed.

    `answers`: status and Retry-After (empty: none) of each request. `neighbour`: what somebody else was answered
    meanwhile. `after`: the flooder's status when the time was over that the refusals named; None: not waited for.
    """

    path: str
    answers: Sequence[tuple[int, str]]
    neighbour: Sequence[int]
    after: int | None

    @property
    def admitted(self) -> int:
        """How many were answered otherwise than by a refusal."""
        return sum(status not in REFUSALS for status, _ in self.answers)


def flood_problems(flood: Flood) -> list[str]:
    """Return what is wrong beside the number that was admitted."""
    refused = [(status, after) for status, after in flood.answers if status in REFUSALS]
    found = []
    if refused and (silent := sum(s == 429 and not after.strip().isdigit() for s, after in refused)):
        found.append(f"{flood.path}: {silent} of {len(refused)} refusals give no Retry-After in seconds")
    if broken := sorted({status for status, _ in flood.answers if status >= 500}):
        found.append(
            f"{flood.path}: the flood was answered {', '.join(map(str, broken))}: it is not throttled, it breaks"
        )
    if hit := [status for status in flood.neighbour if status in REFUSALS or status >= 500]:
        found.append(f"{flood.path}: another client was answered {hit[0]} meanwhile")
    if flood.after in REFUSALS:
        found.append(f"{flood.path}: answered {flood.after} after the time that Retry-After names")
    return found
