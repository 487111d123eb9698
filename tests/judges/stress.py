"""Where a system gives way under growing load, how it refuses what is too much, and how it comes back. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from golive.load.trends import Breaking, Step
from golive.verdict import Unobservable

REFUSED = (429, 503)
LIMITED = 429
"""What a limit on one client's rate answers: it says nothing of what the system can do."""
GATEWAY_SLOW = 504
SENT = 0.95
"""Less of what was due than this was sent: the generator, or the users that it had, were too few."""


@dataclass(frozen=True)
class Outcome:
    """How many requests to an operation ended with a status, and ms of the slowest hundredth; 0: no answer at all."""

    operation: str
    status: int
    count: int
    p99: float


@dataclass(frozen=True)
class Level:
    """A step of load: what was due and sent (requests a second), dropped iterations, and how the requests ended.

    `success`: the statuses of good answers.
    """

    name: str
    step: Step
    sent: float
    dropped: int
    outcomes: tuple[Outcome, ...]
    success: frozenset[int]

    def share(self, *statuses: int) -> float:
        """The share (0..1) of all requests that ended so."""
        every = sum(o.count for o in self.outcomes)
        return sum(o.count for o in self.outcomes if o.status in statuses) / every if every else 0.0

    @property
    def failures(self) -> list[Outcome]:
        return [o for o in self.outcomes if o.status not in self.success]


def growth_problems(levels: Sequence[Level], most: float) -> list[str]:
    """Say where the load grew by more than `most` (percent) from one step to the next, or not at all.

    Raises:
        Unobservable: there are fewer than two steps.
    """
    if len(levels) < 2:
        raise Unobservable(f"the run has {len(levels)} steps of load", "Let it grow step by step")
    found = []
    for before, after in pairwise(levels):
        by = 100 * (after.step.offered / before.step.offered - 1)
        if not 0 < by <= most + 1:
            found.append(f"from {before.name} to {after.name} the load grew by {by:.0f} percent, want up to {most:g}")
    return found


def not_the_system(level: Level, slow: float, errors: float) -> str | None:
    """Say why a step that broke shows nothing of the system: the generator, or a limit on its rate, broke it.

    Args:
        slow, errors: beyond this p99 (ms) or share of errors the step is broken.
    """
    limited = level.share(LIMITED)
    if limited > errors and level.step.p99 <= slow and level.step.errors - limited <= errors:
        return (
            f"{level.name} failed by {100 * limited:.1f} % answers of 429: a limit on the generator's rate stopped it, "
            "not the system. Lift the limit for the generator's addresses and users"
        )
    if level.dropped and level.sent < SENT * level.step.offered and level.step.p99 <= slow:
        return (
            f"{level.name} failed because {level.dropped} calls were not sent while answers were quick "
            f"(p99 {level.step.p99:.0f} ms): the generator was the limit. Give it more users or another machine"
        )
    return None


def overloaded(levels: Sequence[Level], found: Breaking, factor: float) -> Level:
    """The first step at `factor` times the highest that held its limits, or more. Raises Unobservable: there is none.

    Not of the first that broke: it may have done so by a stall, and what is carried is no overload.
    """
    if found.held is None:
        raise Unobservable("every step broke: what the system carries is not known", "Begin with less")
    wanted = factor * found.held.offered
    for level in levels:
        if level.step.offered >= wanted * 0.98:
            return level
    raise Unobservable(
        f"no step offered {factor:g} times the {found.held.offered:.1f} requests/s that were carried",
        "Let the load grow further",
    )


def improper_statuses(levels: Sequence[Level], proper: Sequence[int] = (*REFUSED, GATEWAY_SLOW)) -> dict[str, int]:
    """`operation: status` to how often, of answers that no overload excuses: a crash, a wrong refusal."""
    found: dict[str, int] = {}
    for level in levels:
        for o in level.failures:
            if o.status and o.status not in proper:
                key = f"{o.operation}: {o.status}"
                found[key] = found.get(key, 0) + o.count
    return found


def well(good: Mapping[str, tuple[int, int, float]], slow: float, errors: float) -> bool:
    """Whether a slice of time is as it should be: (requests, failed, p99 in ms) of each operation that was called."""
    return bool(good) and all(n and failed / n <= errors and p99 <= slow for n, failed, p99 in good.values())
