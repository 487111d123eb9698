"""Whether processes give back what they held under load: slopes with confidence, levels before and after. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from golive.load.sampling import ProcessSample
from golive.load.trends import after_warm_up, slope
from golive.verdict import Unobservable

TEN_MINUTES = 600.0
FEWEST = 10
"""Looks at a process that its slope needs."""
COVERED = 0.9
"""Share of the load's time over which it must have been looked at."""
Span = tuple[float, float]


@dataclass(frozen=True)
class Held:
    """What a process held. `slope`: the least percent of its level that it gained in ten minutes, with confidence."""

    instance: str
    before: float
    after: float
    slope: float
    restarts: int

    @property
    def ratio(self) -> float:
        return self.after / self.before


def by_instance(samples: Sequence[ProcessSample], wanted: Sequence[str]) -> dict[str, list[ProcessSample]]:
    """Return the looks at each process in order of time.

    Raises:
        Unobservable: a process that there is was never looked at.
    """
    found = {name: sorted((s for s in samples if s.instance == name), key=lambda s: s.at) for name in wanted}
    for name, mine in found.items():
        if not any(not s.error for s in mine):
            why = f": {mine[0].error}" if mine else ""
            raise Unobservable(f"nobody saw what {name} held{why}", "Give the target k6.processes and api.instances")
    return found


def held(instance: str, looks: Sequence[ProcessSample], before: Span, load: Span, after: Span) -> Held:
    """What one process held before, during and after the load. Spans are seconds since the epoch.

    A process that was started anew holds little: its slope is that of its longest life, and it is counted.

    Raises:
        Unobservable: too few looks, or not over the whole load.
    """
    good = [s for s in looks if not s.error]
    quiet = {word: [s.resident for s in good if span[0] <= s.at < span[1]]
             for word, span in (("before", before), ("after", after))}  # fmt: skip
    inside = [s for s in good if load[0] <= s.at < load[1]]
    short = [word for word, values in quiet.items() if len(values) < 2]
    if short or len(inside) < FEWEST:
        raise Unobservable(
            f"{instance} was looked at {len(inside)} times under load, {len(quiet['before'])} before and "
            f"{len(quiet['after'])} after it",
            "Was it down? Run the load again",
        )
    if inside[-1].at - inside[0].at < COVERED * (load[1] - load[0]):
        raise Unobservable(
            f"{instance} was looked at for {inside[-1].at - inside[0].at:.0f} s of the load", "Run it again"
        )
    restarts = sum(b.started > a.started + 1 for a, b in pairwise(good))
    return Held(instance, median(quiet["before"]), median(quiet["after"]), _gained(inside), restarts)


def _gained(looks: Sequence[ProcessSample]) -> float:
    """Percent of its level in ten minutes, at least, over the process's longest life after it warmed up."""
    lives: dict[float, list[tuple[float, float]]] = {}
    for s in looks:
        lives.setdefault(round(s.started), []).append((s.at, s.resident))
    longest = max(lives.values(), key=len)
    found = slope(after_warm_up(longest))
    if found is None or not found.level:
        return 0.0
    return 100 * found.low * TEN_MINUTES / found.level
