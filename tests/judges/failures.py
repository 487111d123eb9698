"""How many of the requests of a window failed, and where its figures have holes. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

Counts = Mapping[datetime, float]


def summed(series: Iterable[Counts]) -> dict[datetime, float]:
    """Return the sum of all series at each time that any of them has."""
    found: dict[datetime, float] = {}
    for counts in series:
        for at, value in counts.items():
            found[at] = found.get(at, 0.0) + value
    return found


def asked(made: Counts, errors: Counts) -> float:
    """Return how many requests there were. Those that a balancer refused by itself it may not count as requests."""
    return sum(max(made.get(at, 0.0), errors.get(at, 0.0)) for at in {*made, *errors})


def missing(points: Iterable[datetime], start: datetime, end: datetime, period: timedelta) -> list[datetime]:
    """Return the beginnings of the whole periods between start and end in which no point lies, in order."""
    seconds = period.total_seconds()
    have = {int(p.timestamp() // seconds) for p in points}
    first, last = -int(-start.timestamp() // seconds), int(end.timestamp() // seconds)
    return [datetime.fromtimestamp(n * seconds, UTC) for n in range(first, last) if n not in have]


def holes(absent: Iterable[datetime], period: timedelta) -> list[tuple[datetime, datetime]]:
    """Return (beginning, end) of each run of absent periods, in order."""
    found: list[tuple[datetime, datetime]] = []
    for at in sorted(absent):
        if found and found[-1][1] == at:
            found[-1] = found[-1][0], at + period
        else:
            found.append((at, at + period))
    return found


def told(spans: Iterable[tuple[datetime, datetime]], most: int = 5) -> str:
    """Return the spans in words, such as `11:05 to 11:15Z`, with their number when there are many."""
    listed = list(spans)
    words = [f"{a:%H:%M} to {b:%H:%M}Z" for a, b in listed[:most]]
    return ", ".join(words) + (f" and {len(listed) - most} more" if len(listed) > most else "")
