"""The watch that a report shows: the newest of the release that the target describes."""

from __future__ import annotations

from pathlib import Path

from golive.target import Target
from golive.watch.record import Record, Watched

FOLDER, RECORD, PAGE = "watch", "watch.jsonl", "watch.html"
"""Where a watch lies in the folder of reports."""


def release_of(target: Target) -> str:
    """The release that a target describes: each product's version and commit, whole."""
    releases = (f"{p.release.version.lstrip('v')} ({p.release.commit})" for p in target.products.values())
    return ", ".join(dict.fromkeys(releases))


def watched_of(target: Target, reports: Path) -> Watched | None:
    """The newest watch whose record lies with the reports and which was over exactly this release of this target."""
    try:
        found = Record(reports / FOLDER / RECORD).newest()
    except OSError:
        return None
    if found is None or not found.rounds or found.terms.name != target.name:
        return None
    return found if found.terms.described == release_of(target) else None
