"""What a rule says of one bucket of time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class State(StrEnum):
    """What one bucket says."""

    GOOD = "good"
    BREACH = "breach"
    UNKNOWN = "unknown"


class Missing(StrEnum):
    """What a bucket without a value, or with too few samples, says."""

    UNKNOWN = "unknown"
    """Nothing; the clock stands still."""
    BREACH_IF_OUTSIDE_FAILS = "breach if outside fails"
    """A breach where probes from outside fail too, else nothing."""
    BREACH_UNLESS_BLIND = "breach unless blind"
    """A breach, unless the prober itself is known to be silent."""
    BREACH_WHEN_REPEATED = "breach when repeated"
    """A breach from the `missing_in_a_row`th on (a task that runs and says nothing), before that nothing."""


class Clock(StrEnum):
    """How the time of a breach is counted."""

    BREACHES = "breaches"
    """Buckets in breach: fires at the end of the bucket that makes `duration` full."""
    ELAPSED = "elapsed"
    """Time since the first breach, good buckets that do not reset included: fires in a breach after more than that."""


@dataclass(frozen=True)
class Bucket:
    """What was seen in the time from `at` on, as long as the rule's `every`. `value` None: nothing."""

    at: datetime
    value: float | None
    samples: float | None = None
    """How many measurements the value is of; None: not told, and enough."""
    event: bool = False
    """Something happened that is a breach whatever the value: a container killed for memory."""
    outside_failed: bool = False
    """Probes from outside failed in this time."""
    blind: bool = False
    """The prober itself sent no sign of life in this time."""


@dataclass(frozen=True)
class Rule:
    """A breach is a value strictly `above`; it lasts `duration` before anything follows. `every`: a bucket's length.

    Raises:
        ValueError: times that are not positive, or a duration shorter than a bucket.
    """

    name: str
    above: float
    every: timedelta
    duration: timedelta
    unit: str = ""
    clock: Clock = Clock.BREACHES
    least_samples: float = 0
    missing: Missing = Missing.UNKNOWN
    missing_in_a_row: int = 3
    good_to_reset: int = 1
    clear_below: float | None = None
    clear_after: timedelta = timedelta(minutes=10)
    once_in: timedelta = timedelta(minutes=60)
    flapping: timedelta = timedelta(minutes=8)
    flapping_window: timedelta = timedelta(minutes=10)
    fresh_deploy: timedelta | None = None
    """Rolls back by itself only where a deployment is at most so old; else somebody is paged."""

    def __post_init__(self) -> None:
        if not timedelta(0) < self.every <= self.duration:
            raise ValueError(f"rule {self.name}: a bucket of {self.every} does not fit a duration of {self.duration}")
        if self.flapping > self.flapping_window or self.good_to_reset < 1 or self.missing_in_a_row < 1:
            raise ValueError(f"rule {self.name}: counts start at one, and flapping fits its window")

    def count(self, span: timedelta) -> int:
        """Return how many buckets make a span full."""
        return math.ceil(span / self.every)

    def state(self, bucket: Bucket, missing_before: int = 0) -> State:
        """Return what the bucket says. `missing_before`: how many buckets in a row before it had no value."""
        if bucket.event:
            return State.BREACH
        if not self.is_missing(bucket):
            value = bucket.value
            return State.BREACH if value is not None and value > self.above else State.GOOD
        silent = bucket.value is None or bucket.samples == 0  # three requests that all fail are few, not silence
        match self.missing:
            case Missing.BREACH_IF_OUTSIDE_FAILS if silent and bucket.outside_failed:
                return State.BREACH
            case Missing.BREACH_UNLESS_BLIND if not bucket.blind:
                return State.BREACH
            case Missing.BREACH_WHEN_REPEATED if missing_before + 1 >= self.missing_in_a_row:
                return State.BREACH
        return State.UNKNOWN

    def is_missing(self, bucket: Bucket) -> bool:
        """Return whether the bucket holds no value that may be judged. Not a number is none; infinity is one."""
        if bucket.value is None or math.isnan(bucket.value):
            return True
        return bucket.samples is not None and bucket.samples < self.least_samples
