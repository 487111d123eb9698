"""Judges the stock that a deployment comes with: names, completeness, exact values."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

Row = Mapping[str, Any]
Value = float | str | bool


def wrong_names(found: Sequence[str], expected: Collection[str], where: str) -> list[str]:
    """Return what is wrong with names: missing, there more than once, or unknown.

    Args:
        where: for messages, such as `table stock`.
    """
    counted = Counter(found)
    return [
        *(f"{where} lacks {name}" for name in expected if name not in counted),
        *(f"{where} has {name} {n} times" for name, n in counted.items() if n > 1),
        *(f"{where} has {name}, which the target does not name" for name in counted if name not in expected),
    ]


def incomplete(rows: Sequence[Row], name: str, not_empty: Sequence[str]) -> dict[str, str]:
    """Return by row name which columns are empty: null, blank, or JSON without content."""
    found = {}
    for row in rows:
        if blank := [column for column in not_empty if empty(row[column])]:
            found[str(row[name])] = f"has no {', '.join(blank)}"
    return found


def empty(value: object) -> bool:
    """Say whether a column holds nothing."""
    return value is None or (isinstance(value, str) and not value.strip()) or value in ({}, [], b"")


def differences(rows: Sequence[Row], name: str, expected: Mapping[str, Mapping[str, Value]]) -> list[str]:
    """Return each value that is not exactly the expected one. Rows that are not there are not judged here."""
    found = []
    for row in rows:
        for column, want in expected.get(str(row[name]), {}).items():
            if not same(row[column], want):
                found.append(f"{row[name]}: {column} is {row[column]}, want {want}")
    return found


def same(value: object, want: Value) -> bool:
    """Compare as the value was written: numbers as numbers, to the precision that a column of single floats holds."""
    if isinstance(want, bool) or isinstance(value, bool) or isinstance(want, str):
        return value == want
    return isinstance(value, (int, float, Decimal)) and math.isclose(float(value), want, rel_tol=1e-6, abs_tol=1e-9)
