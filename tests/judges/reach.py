"""How long a service could not be reached, by what probes from outside saw. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

Counted = Mapping[datetime, float]
"""Begin of a step of time to how often something happened in it."""


@dataclass(frozen=True)
class Bad:
    """A step of time that was not good throughout: so many `seconds`. `failed` of `rounds` probes, of those `due`."""

    at: datetime
    place: str
    seconds: float
    failed: float
    rounds: float
    due: float

    def __str__(self) -> str:
        silent = f", {self.due - self.rounds:.0f} were silent" if self.rounds < self.due else ""
        said = f"{self.failed:.0f} of {self.due:.0f} probes failed{silent}"
        return f"from {self.at:%H:%M}Z, seen from {self.place}: {self.seconds:.0f} s bad ({said})"


def bad_steps(
    places: Mapping[str, tuple[Counted, Counted]], steps: Sequence[datetime], every: timedelta, interval: timedelta
) -> list[Bad]:
    """Return the worst place's sight of each step that was not good throughout.

    Each probe that is due stands for its share of the step. One that failed is bad, and one of which nothing was heard
    too: what nobody saw was not there.

    Args:
        places: place to its rounds and its failures.
        interval: a probe is due so often.
    """
    due = every / interval
    found = []
    for at in steps:
        seen = []
        for place, (rounds, failures) in places.items():
            made, failed = min(due, rounds.get(at, 0.0)), failures.get(at, 0.0)
            share = min(1.0, (failed + due - made) / due)
            seen.append(Bad(at, place, share * every.total_seconds(), failed, made, due))
        worst = max(seen, key=lambda b: b.seconds)
        if worst.seconds > 0:
            found.append(worst)
    return found


def availability(bad: Sequence[Bad], steps: Sequence[datetime], every: timedelta) -> float:
    """Return the percentage of the time that was good."""
    whole = len(steps) * every.total_seconds()
    return 100 * (1 - sum(b.seconds for b in bad) / whole)
