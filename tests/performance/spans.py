"""The hours that lines about a release in use speak of: the release must have filled them, and gaps are noticed."""

from __future__ import annotations

from datetime import datetime, timedelta

from fixtures.metrics.windows import Counts, Window
from golive import clock
from golive.catalogue import Line
from golive.target import ProductTarget
from golive.target.release import deployed_at
from golive.verdict import Unobservable
from tests.judges.rollback_rules import number

FIVE, HOUR, DAY = timedelta(minutes=5), timedelta(hours=1), timedelta(days=1)
LATE = timedelta(minutes=2)
"""How late the points of a step may come."""
COVERED = 0.95
"""The share of a window's steps that must hold a point: what nobody measured is not good."""


def newest(
    line: Line, target: ProductTarget, length: timedelta, every: timedelta = FIVE, coverage: float | None = COVERED
) -> Window:
    """The newest hours, which the release must have filled, in steps.

    Raises:
        NotConfigured, Unobservable: the release is younger than that.
    """
    age = clock.now().replace(second=0, microsecond=0) - deployed_at(target.release, line.product)
    if age < length:
        raise Unobservable(
            f"the release is {age / HOUR:.1f} h old, and {length / HOUR:g} h are judged",
            "Run it again when it is older",
        )
    return Window(length, every, coverage=coverage)


def limited(line: Line, target: ProductTarget, name: str = "window", every: timedelta = FIVE) -> Window:
    """The newest hours (or days) that the line's limit of this name says."""
    unit = DAY if str(line.limit(name).unit) == "days" else HOUR
    return newest(line, target, number(line, name) * unit, every)


def since_deploy(line: Line, target: ProductTarget, most: timedelta, every: timedelta = FIVE) -> Window:
    """Everything since the release, in whole steps, `most` at most."""
    age = clock.now() - deployed_at(target.release, line.product)
    steps = int(min(age, most) / every)
    if not steps:
        raise Unobservable(f"the release is {age} old", "Run it again when it is older")
    return Window(steps * every, every, coverage=COVERED)


def enough(line: Line, name: str, counts: Counts) -> None:
    """Refuse a window with too few measurements, by the line's limit of this name. Raises Unobservable."""
    limit = line.limit(name)
    if not limit.admits(counts.total):
        raise Unobservable(f"{counts} counts {counts.total:.0f} in the window, want {limit}", "Too few to judge by")


def whole_steps(window: Window, end: datetime, late: timedelta = LATE) -> list[datetime]:
    """The begins of the steps that lie in the window whole, on the grid of the clock, the oldest first.

    Those that ended less than `late` before the end are left out: their points still come.
    """
    step = window.every.total_seconds()
    first = -int(-(end - window.length).timestamp() // step)
    last = int((end - late).timestamp() // step)
    return [datetime.fromtimestamp(n * step, end.tzinfo) for n in range(first, last)]


def hours(window: Window) -> str:
    """How a message calls it."""
    return f"the last {window.length / HOUR:g} h"
