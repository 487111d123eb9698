"""What is left of a tier when a zone is lost. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping


def fewest_left(members: Mapping[str, str]) -> tuple[str, int]:
    """Return the zone whose loss costs most, and how many members are left then; member to zone in."""
    counts = Counter(members.values())
    if not counts:
        return "any zone", 0
    zone, most = counts.most_common(1)[0]
    return zone, len(members) - most


def largest_share(members: Mapping[str, str]) -> float:
    """Return the percentage of the members that are in the fullest zone; 100 when there is none."""
    counts = Counter(members.values())
    return 100.0 * max(counts.values()) / len(members) if counts else 100.0


def placed(members: Mapping[str, str]) -> str:
    """Return member and zone of all, for a message."""
    return ", ".join(f"{member} in {zone or 'no zone'}" for member, zone in sorted(members.items()))
