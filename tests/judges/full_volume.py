"""How fast lists come from a database that is full, and whether it knows what was loaded into it. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from fixtures.postgres.statistics import Known

FEW = 50
"""A table with so few rows is not looked at by the server itself (autovacuum_analyze_threshold), and need not be."""
MANY, FACTOR = 10_000, 4.0
"""Where the server forgot when it looked, statistics are of before the load that expect so much fewer of many rows."""
Times = Mapping[str, tuple[str, int, float]]


def statistics_problems(tables: Iterable[Known], loaded: datetime) -> list[str]:
    """Return the tables whose statistics are of before the load, or were never collected."""
    problems = []
    for known in tables:
        if known.rows <= FEW and (known.analyzed is None or known.changed >= known.rows):
            continue  # they came since it was looked at
        if known.estimate < 0 or known.columns == 0:
            problems.append(f"table {known.table}: statistics were never collected. ANALYZE it after the load")
        elif known.analyzed is not None and known.analyzed < loaded:
            problems.append(
                f"table {known.table}: statistics are of {known.analyzed:%Y-%m-%d %H:%M}, before the load of "
                f"{loaded:%Y-%m-%d %H:%M}. ANALYZE it"
            )
        elif known.analyzed is None and known.rows > MANY and known.estimate * FACTOR < known.rows:
            problems.append(
                f"table {known.table}: the planner expects {known.estimate:.0f} rows, there are {known.rows}. "
                "ANALYZE it"
            )
    return problems


def p95(milliseconds: Sequence[float]) -> float:
    """Return the 95th percentile by nearest rank. Raises ValueError for none."""
    ordered = sorted(milliseconds)
    if not ordered:
        raise ValueError("no times")
    return ordered[math.ceil(0.95 * len(ordered)) - 1]


def slow_enough(slow: int, samples: int) -> bool:
    """Whether so many slow calls put the 95th percentile of that many samples beyond the limit, whatever follows."""
    return slow > samples - math.ceil(0.95 * samples)


def slowest_mean(before: Times, after: Times, least: int) -> tuple[str, float] | None:
    """Return the statement with the longest mean time, in ms, of those called at least so often in between."""
    means = []
    for key, (query, calls, ms) in after.items():
        _, calls_before, ms_before = before.get(key, ("", 0, 0.0))
        if calls - calls_before >= least:
            means.append((query, (ms - ms_before) / (calls - calls_before)))
    return max(means, key=lambda found: found[1], default=None)
