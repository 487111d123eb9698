"""How long backups reach back, how recent they are, and whether they still hold the data. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

GRACE_DAYS = 2.0
"""A new database has its first backup within this time."""


@dataclass(frozen=True)
class Backup:
    """A finished backup. `size` in bytes."""

    name: str
    made: datetime
    size: int


def age_days(moment: datetime, now: datetime) -> float:
    """Return how many days ago a moment was."""
    return (now - moment) / timedelta(days=1)


def expected_reach(database_age_days: float, limit_days: float) -> float:
    """Return how many days back the oldest backup must be, of a database that may be younger than the limit."""
    return max(0.0, min(limit_days, database_age_days - GRACE_DAYS))


def newest(backups: Sequence[Backup]) -> Backup:
    """Return the newest of at least one backup."""
    return max(backups, key=lambda b: b.made)


def oldest(backups: Sequence[Backup]) -> Backup:
    """Return the oldest of at least one backup."""
    return min(backups, key=lambda b: b.made)


def size_to_previous(backups: Sequence[Backup]) -> float | None:
    """Return the newest one's size in percent of the one before; None when there are not two, or that one is empty."""
    ordered = sorted(backups, key=lambda b: b.made)
    if len(ordered) < 2 or ordered[-2].size <= 0:
        return None
    return 100.0 * ordered[-1].size / ordered[-2].size


def expiries(rules: Sequence[dict[str, object]], prefix: str) -> dict[str, float]:
    """Return lifecycle rule to the days after which it removes current objects under a prefix.

    Args:
        rules: of a bucket, as GetBucketLifecycleConfiguration gives them.
        prefix: of the backups. A rule for a part of it, or for more than it, counts.
    """
    found: dict[str, float] = {}
    for rule in rules:
        if rule.get("Status") != "Enabled":
            continue
        expiration = rule.get("Expiration")
        if not isinstance(expiration, dict) or "Days" not in expiration:
            continue
        own = _prefix(rule)
        if own.startswith(prefix) or prefix.startswith(own):
            found[str(rule.get("ID", "without a name"))] = float(expiration["Days"])
    return found


def _prefix(rule: dict[str, object]) -> str:
    chosen = rule.get("Filter")
    if isinstance(chosen, dict):
        both = chosen.get("And")
        return str((both if isinstance(both, dict) else chosen).get("Prefix", ""))
    return str(rule.get("Prefix", ""))
