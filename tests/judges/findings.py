"""Which findings of an image's scan are open. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

ENDED = ("COMPLETE", "ACTIVE")
"""The states of a scan that tell something: of a basic one, and of an enhanced one, which goes on."""
UNDER_WAY = ("IN_PROGRESS", "PENDING", "SCAN_ELIGIBILITY_EXPIRED_PENDING")


def open_findings(
    severity: str,
    counts: Mapping[str, int],
    listed: Iterable[tuple[str, str]],
    accepted: Mapping[str, date],
    today: date,
) -> tuple[int, list[str]]:
    """Return how many findings of a severity are open, and the names of those that are listed.

    A finding that is counted and not listed is open: nobody can have accepted it by name.

    Args:
        counts: severity to number, as the scan says.
        listed: name (CVE-...) and severity of each.
        accepted: name to the last day of its acceptance.
        today: in UTC.
    """
    names = [name for name, of in listed if of == severity]
    waived = [name for name in names if name in accepted and today <= accepted[name]]
    counted = max(int(counts.get(severity, 0)), len(names))
    return counted - len(waived), sorted(set(names) - set(waived))
