"""Judges what a health report says of each dependency, and whether it looked at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from fixtures.health import Dependency, Report


def dependency_problem(where: str, word: str, found: Dependency | None) -> str | None:
    """Return what is wrong with one entry: not there, not well, nothing measured, no time."""
    if found is None:
        return f"{where}: its report does not mention {word}"
    if not found.well:
        return f"{where} reports {found}"
    if found.latency_ms is None or found.latency_ms <= 0:
        return f"{where} reports {found} without a measured latency"
    return None if found.checked_at else f"{where} reports {found} without a time"


def standing_still(reports: Sequence[Report], words: Iterable[str]) -> list[str]:
    """Return the dependencies whose time is the same in all reports: nobody looked in between."""
    still = []
    for word in words:
        times = {d.checked_at for d in (report.dependency(word) for report in reports) if d is not None}
        if len(times) == 1:
            still.append(word)
    return still


def oldest_look(report: Report, words: Iterable[str]) -> float:
    """Return how many seconds before the answer the oldest look was; negative when a clock is ahead."""
    found = [report.dependency(word) for word in words]
    return max(((report.at - d.checked_at).total_seconds() for d in found if d and d.checked_at), default=0.0)
