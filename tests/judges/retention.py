"""How long data may be kept by what is written down. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise

_DAYS = {"day": 1, "week": 7, "month": 31, "year": 366}
_PERIOD = re.compile(r"(\d+)\s*(day|week|month|year)s?", re.IGNORECASE)


def days(period: str) -> int | None:
    """Return the days that a period says, `12 months` as the longest that it can mean; None where it says none."""
    found = _PERIOD.search(period)
    return int(found[1]) * _DAYS[found[2].lower()] if found else None


def periods(tables: Iterable[Sequence[Mapping[str, str]]]) -> tuple[dict[str, int], list[str]]:
    """Return kind to days out of the tables with the columns kind, period and action, and what is wrong with rows."""
    found: dict[str, int] = {}
    problems = []
    for row in (row for table in tables for row in table if {"kind", "period", "action"} <= set(row)):
        kind, length = row["kind"].strip(), days(row["period"])
        if length is None:
            problems.append(f"the period of {kind} is {row['period']!r}, which is none")
        else:
            found[kind] = length
        if not row["action"].strip():
            problems.append(f"nothing is said of what becomes of {kind} then")
    return found, problems


def unplaced(written: Iterable[str], placed: Iterable[str]) -> list[str]:
    """Return, as sentences, kinds that are written down and lie nowhere, and the other way round."""
    known, there = set(written), set(placed)
    return [
        *(f"{kind} has a period, and [privacy.retention] does not say where it lies" for kind in sorted(known - there)),
        *(f"{kind} has no period in the document" for kind in sorted(there - known)),
    ]


def replaced(versions: Iterable[Mapping[str, object]]) -> list[datetime]:
    """Return when each former version of an object was replaced: when the next newer one of its key was written.

    Args:
        versions: `Key`, `LastModified`, `IsLatest` of versions and delete markers, in any order.
    """
    by_key: dict[str, list[tuple[datetime, bool]]] = {}
    for version in versions:
        at = version["LastModified"]
        assert isinstance(at, datetime)
        by_key.setdefault(str(version["Key"]), []).append((at, bool(version["IsLatest"])))
    found = []
    for times in by_key.values():
        ordered = sorted(times)
        found += [newer for (_, latest), (newer, _) in pairwise(ordered) if not latest]
    return found
