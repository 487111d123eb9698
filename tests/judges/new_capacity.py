"""From the need of more tasks to the first request that a new one answered, and back to rest. Pure."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.judges.scaling_history import Step

MINUTE = timedelta(minutes=1)
ANSWERED_WITHIN = timedelta(minutes=15)
"""An activity, or a new task's first line, later than this is of another need."""
CLOCKS = timedelta(seconds=5)
"""How far records of two services may be apart."""
GOOD = range(200, 300)


@dataclass(frozen=True)
class Need:
    """A time in which a service had too few tasks. None: it did not come to that."""

    alarm: str
    crossed: datetime
    """When the metric crossed what was aimed at, at the latest."""
    alarmed: datetime
    over: datetime
    """When the alarm was back in OK."""
    answered: datetime | None = None
    """When an activity asked for more tasks, `count`."""
    count: int | None = None
    began: datetime | None = None
    """When a new task wrote its first line."""
    served: datetime | None = None
    """When a new task gave its first good answer to a request that was no look at its health."""

    def judged(self, within: timedelta) -> bool:
        """Whether it says anything: a new task served, or the need lasted as long as one may take."""
        return self.served is not None or self.over - self.crossed >= within

    @property
    def minutes(self) -> float:
        """Until a new task served."""
        return math.inf if self.served is None else round((self.served - self.crossed) / MINUTE, 2)

    def __str__(self) -> str:
        def after(at: datetime | None) -> str:
            return "never" if at is None else f"after {(at - self.crossed).total_seconds():.0f} s"

        return (
            f"need of {self.crossed:%d %b %H:%M:%S}Z: alarm {after(self.alarmed)}, activity {after(self.answered)}, "
            f"task began {after(self.began)}, first request {after(self.served)}"
        )


def crossing(
    alarmed: datetime, reason: str, points: Iterable[tuple[datetime, float]], threshold: float, step: timedelta
) -> datetime | None:
    """When a metric crossed its threshold at the latest; None: the alarm judged no metric, somebody set it by hand.

    Args:
        reason: HistoryData of the alarm's change; `startDate` in it is where the first period begins that was judged.
            CloudWatch writes none for SetAlarmState.
        points: (begin of the period, value for one period of the alarm), `step` long, up to the alarm.
    """
    begun = _start_date(reason)
    if begun is None:
        return None
    known = sorted((at, value) for at, value in points if at <= alarmed)
    end, first = alarmed, None
    for at, value in reversed(known):
        if value <= threshold or end - at > 2 * step:
            break
        end = first = at
    # It crossed within the first point that was over, by its end at the latest: a point may be longer than a period.
    return begun if first is None else min(begun, first + step)


def _start_date(reason: str) -> datetime | None:
    """`newState.stateReasonData.startDate`. Source: CloudWatch, DescribeAlarmHistory."""
    try:
        told = json.loads(reason)["newState"]["stateReasonData"]["startDate"]
        return datetime.fromisoformat(str(told)).astimezone(UTC)
    except (ValueError, KeyError, TypeError):
        return None


def answer(span: tuple[datetime, datetime], steps: Sequence[Step], least: int) -> Step | None:
    """The first step up that answered an alarm."""
    before = least
    for step in steps:
        if step.at < span[0] - CLOCKS:
            before = step.count
        elif step.at <= max(span[1], span[0] + ANSWERED_WITHIN):
            if step.count > before:
                return step
            before = step.count
    return None


def at_ceiling(at: datetime, steps: Sequence[Step], ceiling: int) -> bool:
    """Whether as many as may run were asked for already."""
    known = [s.count for s in steps if s.at < at - CLOCKS]
    return bool(known) and known[-1] >= ceiling


def first_served(
    lines: Iterable[tuple[datetime, str]], path: str, status: str, unheard: Iterable[str]
) -> datetime | None:
    """When the first good answer was given to a request for none of the paths `unheard`."""
    looks = set(unheard)
    for at, text in sorted(lines):
        try:
            told: Mapping[str, Any] = json.loads(text)
        except ValueError:
            continue
        if not isinstance(told, dict) or str(told.get(path, "")) in ("", *looks):
            continue
        if str(told.get(status, "")).isdigit() and int(told[status]) in GOOD:
            return at
    return None


def rest_minutes(need: Need, steps: Sequence[Step], least: int, needs: Sequence[Need], now: datetime) -> float | None:
    """Minutes from the end of a need until the least number of tasks was asked for again; None: it was not due.

    It was not due where another need came first, or nobody answered this one. Infinite when it never came.
    """
    if need.count is None or need.count <= least:
        return None
    back = next((s.at for s in steps if s.at >= need.over - CLOCKS and s.count <= least), None)
    if any(need.over < other.alarmed < (back or now) for other in needs):
        return None
    return math.inf if back is None else round(max(0.0, (back - need.over) / MINUTE), 2)
