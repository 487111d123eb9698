"""Where a release stands: for each line its newest verdict, unless it is older than the line lets it be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from golive.catalogue import Catalogue
from golive.ledger.entry import Entry
from golive.results import LineResult
from golive.verdict import Verdict

CLOCKS = timedelta(minutes=5)
"""How far the clocks of two machines may be apart."""


def standing(catalogue: Catalogue, newest: Mapping[str, Entry], now: datetime) -> list[LineResult]:
    """Return a result for each line that has a verdict; one that has expired, or is of the future, is unverified.

    Args:
        newest: line id to its newest verdict for the release, as `Ledger.newest` returns it.
    """
    return [_valid(catalogue, entry, now) for line, entry in newest.items() if line in catalogue.lines]


def _valid(catalogue: Catalogue, entry: Entry, now: datetime) -> LineResult:
    line, result = catalogue[entry.result.id], entry.result
    if entry.at > now + CLOCKS:
        return _unverified(result, f"its verdict is dated {entry.at:%Y-%m-%d %H:%M} UTC, which is in the future")
    hours = line.max_age_hours
    age = now - entry.at
    if result.verdict is Verdict.PASSED and hours is not None and age > timedelta(hours=hours):
        return _unverified(result, f"its newest verdict is {_words(age)} old, the line takes at most {_hours(hours)}")
    return result


def _unverified(result: LineResult, why: str) -> LineResult:
    return replace(result, verdict=Verdict.UNVERIFIED, message=f"{why}. Verify it again")


def _words(age: timedelta) -> str:
    return _hours(age / timedelta(hours=1))


def _hours(hours: float) -> str:
    return f"{hours / 24:.3g} days" if hours >= 48 else f"{hours:.3g} h"
