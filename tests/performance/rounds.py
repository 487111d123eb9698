"""Calls made in a row once all is warm, and how slow the slowest of them were."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from fixtures.api import Answer
from fixtures.api.patience import patiently
from golive.catalogue import Limit
from tests.judges.warmth import percentile, tolerated

WARMING, SHARE, ROUNDS = 4, 0.95, 3
TRIES, LONGEST_WAIT = 4, 30.0
"""How often is called, and how many seconds at once waited, for the caller's quota."""
IDLE = 2.0
"""Seconds without a call before the measured ones: what is warm stays warm that long."""
Call = Callable[[], Answer]


@dataclass(frozen=True)
class Round:
    """The milliseconds of the calls made in a row, and what went wrong with them."""

    times: list[float]
    problem: str = ""

    @property
    def p95(self) -> float:
        return percentile(self.times, SHARE)

    @property
    def told(self) -> str:
        """The slowest of them."""
        slowest = ", ".join(f"{t:.0f}" for t in sorted(self.times, reverse=True)[:4])
        return slowest + (" ..." if len(self.times) > 4 else "")


def in_a_row(call: Call, wanted: int, many: int, limit: Limit | None) -> Round:
    """Call so many times; stop when too many are slow for the limit to hold.

    Args:
        wanted: the status of a good answer; after any other the times say nothing.
    """
    times: list[float] = []
    for _ in range(many):
        answer = _admitted(call)
        times.append(1000 * answer.seconds)
        if answer.status != wanted:
            return Round(times, f"{answer}, want {wanted}: its time says nothing")
        if limit and sum(not limit.admits(t) for t in times) > tolerated(many, SHARE):
            break
    return Round(times)


def best_of(call: Call, wanted: int, first: Round, limit: Limit, samples: int) -> Round:
    """What was slow beside others is tried again by itself: what is slow stays slow, a busy moment passes."""
    best = first
    for _ in range(ROUNDS - 1):
        if best.problem or limit.admits(best.p95):
            break
        time.sleep(IDLE)
        again = in_a_row(call, wanted, samples, limit)
        best = again if again.problem else min(best, again, key=lambda r: r.p95)
    return best


def _admitted(call: Call) -> Answer:
    """Call; wait when the caller's own quota is used up, which says nothing of how fast it is."""
    return patiently(call, TRIES, LONGEST_WAIT, "The caller's quota is used up: give it a larger one")
