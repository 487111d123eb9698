"""How much a process grows in each of its lives. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from golive.load.trends import lives
from tests.judges.upward import climb, per_hour

Points = Sequence[tuple[datetime, float]]


def lives_of(points: Points) -> list[list[tuple[datetime, float]]]:
    """Return the points between restarts: what falls by a third at once is another process."""
    zone = points[0][0].tzinfo if points else None
    parts = lives([(at.timestamp(), value) for at, value in points])
    return [[(datetime.fromtimestamp(at, zone), value) for at, value in part] for part in parts]


def growth(points: Points) -> float | None:
    """Return by how many percent of its level it grows in an hour, at the least that it does with confidence.

    None when a life is too short to tell.
    """
    found = climb(dict(points))
    return per_hour(found) if found is not None and found.level else None
