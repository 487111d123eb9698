"""What is replayed against a rule: streams of measurements with what a rollback rule must make of them. Pure.

What must follow is not written beside a stream: the rule itself (`golive.rollback`) decides, on the same stream.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from golive.rollback import Action, Bucket, Decision, Rule, replay
from tests.judges.alarm_definition import Definition, Samples, percentile

START = datetime(2026, 1, 1, tzinfo=UTC)
"""Any time: vectors know only how long something lasted."""
Summed = Callable[["Vector", float, float], Bucket]
"""Makes of a vector the bucket from one second to another."""


@dataclass(frozen=True)
class Vector:
    """Something that happens, from second `onset` on, after a healthy time. `streams`: our word to samples."""

    name: str
    streams: dict[str, Samples]
    length: float
    onset: float
    outside_failed: frozenset[int] = frozenset()
    """Minutes, counted from the beginning, in which probes from outside fail."""


def at_work(rule: Rule, vector: Vector, summed: Summed) -> list[Decision]:
    """Return what the rule decides on the vector, bucket by bucket."""
    every = rule.every.total_seconds()
    starts = range(0, int(vector.length - every) + 1, int(every))
    return replay(rule, [summed(vector, start, start + every) for start in starts])


def seconds_to(decisions: Iterable[Decision], action: Action, onset: float) -> float | None:
    """Return how long after the onset the action was first decided, None for never."""
    return next(((d.at - START).total_seconds() - onset for d in decisions if d.action is action), None)


def disagreements(
    definition: Definition, rule: Rule, vectors: Iterable[Vector], summed: Summed, fires_by: float
) -> list[str]:
    """Return a sentence for each vector on which the alarm does other than the rule.

    It may go off later than the rule where it counts in longer periods, but not after `fires_by` seconds, and never
    sooner than the breach has lasted.
    """
    said = []
    for vector in vectors:
        wanted = seconds_to(at_work(rule, vector, summed), Action.ROLLBACK, vector.onset)
        at = definition.goes_off(vector.streams, vector.length)
        after = None if at is None else at - vector.onset
        if wanted is None and after is not None:
            said.append(f"alarm {definition.name} goes off on '{vector.name}', where nothing should go back")
        elif wanted is not None and after is None:
            said.append(
                f"alarm {definition.name} stays quiet on '{vector.name}', which should go back after {wanted:.0f} s"
            )
        elif (
            wanted is not None
            and after is not None
            and not rule.duration.total_seconds() <= after <= max(fires_by, wanted)
        ):
            said.append(
                f"alarm {definition.name} goes off {after:.0f} s after the start of '{vector.name}', want "
                f"{rule.duration.total_seconds():.0f} to {fires_by:.0f} s"
            )
    return said


def at_percentile(word: str, percent: float, factor: float = 1.0) -> Summed:
    """Sum a stream up by a percentile; `factor` turns it into the rule's unit."""

    def summed(vector: Vector, start: float, end: float) -> Bucket:
        values = sorted(v for at, v in vector.streams.get(word, ()) if start <= at < end)
        value = percentile(values, percent) * factor if values else None
        return Bucket(START + timedelta(seconds=start), value, len(values))

    return summed


def steady(values: list[float], length: float, start: float = 0, step: float = 60) -> list[tuple[float, float]]:
    """Return these values, spread over each step from `start` on, `length` seconds long."""
    spacing = step / max(1, len(values))
    steps = range(int(length // step))
    return [(start + n * step + i * spacing, v) for n in steps for i, v in enumerate(values)]
