"""Whether an alarm can wake anybody. Pure: judges alarms as they were seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol


class Seen(Protocol):
    """An alarm, see `fixtures.observability.watch.Watch`."""

    @property
    def name(self) -> str: ...
    @property
    def exists(self) -> bool: ...
    @property
    def armed(self) -> bool: ...
    @property
    def receivers(self) -> Mapping[str, int]: ...


def disarmed(alarm: Seen) -> str | None:
    """Return why the alarm would not act at all, None when it would."""
    if not alarm.exists:
        return f"alarm {alarm.name} does not exist. Was it deleted, or renamed?"
    if not alarm.armed:
        return f"alarm {alarm.name} has its actions disabled. Enable them"
    if not alarm.receivers:
        return f"alarm {alarm.name} has no action: nobody is told. Give it its topic"
    return None


def unheard(alarm: Seen) -> list[str]:
    """Return a sentence for each receiver of the alarm that is none."""
    said = []
    for topic, confirmed in alarm.receivers.items():
        if confirmed < 0:
            said.append(f"alarm {alarm.name} goes to topic {topic}, which does not exist")
        elif confirmed == 0:
            said.append(f"alarm {alarm.name} goes to topic {topic}, of which no subscription is confirmed")
    return said


def listening(alarm: Seen) -> int:
    """Return how many confirmed receivers the alarm reaches."""
    return sum(max(0, n) for n in alarm.receivers.values())


def share(good: int, all_: Iterable[object]) -> float:
    """Return `good` of all in percent."""
    return 100 * good / len(list(all_))
