"""What the records of scaling say: failures, to and fro, the ceiling, and how soon an alarm was answered. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

GOOD = ("Successful", "InProgress", "Pending", "Overridden")
"""Statuses of a scaling activity that do not say that it failed. Source: AWS API, ScalingActivity."""
_COUNT = re.compile(r"desired count to (\d+)")
_STATE = re.compile(r"to (OK|ALARM|INSUFFICIENT_DATA)\b")


@dataclass(frozen=True)
class Step:
    """An activity that worked: from `at` on, `count` tasks were asked for."""

    at: datetime
    count: int


def failed(activities: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return what the failed activities say."""
    return [
        f"{a['StartTime']:%H:%M}Z {a.get('StatusCode')}: {a.get('StatusMessage') or a.get('Description', '')}"
        for a in activities
        if a.get("StatusCode") not in GOOD
    ]


def steps(activities: Iterable[Mapping[str, Any]]) -> list[Step]:
    """Return the counts that successful activities set, oldest first."""
    found = []
    for activity in activities:
        count = _COUNT.search(str(activity.get("Description", "")))
        if activity.get("StatusCode") == "Successful" and count:
            found.append(Step(activity["StartTime"], int(count[1])))
    return sorted(found, key=lambda s: s.at)


def direction_changes(found: Sequence[Step], hour: timedelta = timedelta(hours=1)) -> int:
    """Return how often the count turned from up to down or back, in the worst hour."""
    moves = [(b.at, b.count - a.count) for a, b in pairwise(found) if b.count != a.count]
    turns = [at for (_, before), (at, after) in pairwise(moves) if (before > 0) != (after > 0)]
    return max((sum(first <= at < first + hour for at in turns) for first in turns), default=0)


def minutes_at(found: Sequence[Step], ceiling: int, desired: int, start: datetime, end: datetime) -> float:
    """Return the longest time that the count stayed at (or above) the ceiling, in minutes, within a window.

    Without a step the count was what is desired now; before the first step it is not known, and not counted.
    """
    marks = [Step(max(s.at, start), s.count) for s in found] or [Step(start, desired)]
    longest, since = timedelta(0), None
    for mark in [*marks, Step(end, -1)]:
        if mark.count >= ceiling:
            since = since or mark.at
        elif since is not None:
            longest, since = max(longest, mark.at - since), None
    return longest / timedelta(minutes=1)


def alarm_periods(
    history: Iterable[Mapping[str, Any]], state: str, since: datetime | None, start: datetime, end: datetime
) -> list[tuple[datetime, datetime]]:
    """Return the spans in which an alarm was in ALARM, by its state changes and its state now."""
    changes = sorted((h["Timestamp"], _state_of(h)) for h in history)
    spans: list[tuple[datetime, datetime]] = []
    begun: datetime | None = None
    for at, now in changes:
        if now == "ALARM":
            begun = begun or at
        elif begun is not None:
            spans.append((begun, at))
            begun = None
    if state == "ALARM" and begun is None:
        begun = max(since or start, start)
    if begun is not None:
        spans.append((begun, end))
    return spans


def _state_of(item: Mapping[str, Any]) -> str:
    found = _STATE.search(str(item.get("HistorySummary", "")))
    return found[1] if found else ""


def answer_minutes(span: tuple[datetime, datetime], found: Sequence[Step], ceiling: int, before: int) -> float:
    """Return how long an alarm waited for the count to be raised, in minutes; 0 when the ceiling was reached already.

    `before`: the count at the beginning of the span.
    """
    begun, ended = span
    known = [s for s in found if s.at <= begun]
    if (known[-1].count if known else before) >= ceiling:
        return 0.0
    answers = [s.at for s in found if begun <= s.at]
    return (min([*answers, ended]) - begun) / timedelta(minutes=1)
