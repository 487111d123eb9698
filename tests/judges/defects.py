"""Whether defects are known, owned and mended in time; none that is grave is open."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from fixtures.ci.defects import Defect

HOUR = timedelta(hours=1)


def grave(defects: Iterable[Defect], blocking: Collection[str]) -> list[str]:
    """Return the open issues that a release can't have, and why."""
    found = []
    for defect in defects:
        if defect.closed is None and defect.severity == "critical":
            found.append(f"{defect} is critical")
        elif defect.closed is None and (labels := [label for label in defect.labels if label in blocking]):
            found.append(f"{defect} has the label {labels[0]}")
    return found


def speaking_of(defects: Iterable[Defect], ids: Mapping[str, str]) -> dict[str, Defect]:
    """Error group to the open issue that speaks of it; `ids`: group to a text that tells it, such as its title."""
    found = {}
    for group, title in ids.items():
        for defect in defects:
            if defect.closed is None and (group in defect.body or title in defect.body or title in defect.title):
                found[group] = defect
    return found


def hours_open(defect: Defect, now: datetime) -> float:
    """Hours from its report to its end, to now while it is open."""
    return ((defect.closed or now) - defect.opened) / HOUR


def untracked(defects: Iterable[Defect]) -> list[str]:
    """Say which defects have no severity."""
    return [f"{defect} has no severity" for defect in defects if not defect.severity]
