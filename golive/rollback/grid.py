"""Puts what was measured on a rule's time grid."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from golive.rollback.rule import Bucket

LAG = timedelta(seconds=15)
"""A bucket closes so long after its end: before that its value still moves."""
LATE = timedelta(seconds=60)
"""What arrives later than so long after the bucket's end changes nothing any more."""
SKEW = timedelta(seconds=5)


class ClockSkewError(ValueError):
    """A measurement is of the future: clocks differ, and nothing can be judged by them."""


@dataclass(frozen=True)
class Reading:
    """One value of the time from `at` on. `arrived`: when it was told, where that is known. Times have a zone."""

    at: datetime
    value: float
    samples: float | None = None
    arrived: datetime | None = None


def buckets(readings: Iterable[Reading], every: timedelta, start: datetime, now: datetime) -> list[Bucket]:
    """Return every closed bucket from `start` on, those without a reading with the value None.

    Of several readings in one bucket the greatest counts: one that is out of bounds is not hidden by its neighbour.

    Raises:
        ClockSkewError: a reading is of more than five seconds after now.
    """
    start = floor(start, every)
    last = floor(now - LAG, every)
    held: dict[datetime, Reading] = {}
    for reading in readings:
        if reading.at - now > SKEW:
            raise ClockSkewError(f"a value is of {reading.at:%H:%M:%S}Z, and here it is {now:%H:%M:%S}Z: clocks differ")
        at = floor(reading.at, every)
        if reading.arrived is not None and reading.arrived > at + every + LATE:
            continue
        if at not in held or reading.value > held[at].value:
            held[at] = reading
    found = []
    while start < last:
        known = held.get(start)
        found.append(Bucket(start, known.value if known else None, known.samples if known else None))
        start += every
    return found


def floor(time: datetime, every: timedelta) -> datetime:
    """Return the beginning of the bucket that holds the time."""
    seconds = every.total_seconds()
    return datetime.fromtimestamp(time.timestamp() // seconds * seconds, UTC)
