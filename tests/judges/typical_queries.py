"""How long statements take, typically and at worst, and whether those that are timed are the product's. Pure."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from pglast.parser import ParseError, fingerprint

from fixtures.postgres.statistics import Counted

BEYOND = 1.645
"""So many standard deviations above the mean are 95 of a hundred of a normal distribution."""


@dataclass(frozen=True)
class Spread:
    """A statement's times over a span, in ms; `p95` is the mean and what its deviation adds."""

    query: str
    calls: int
    mean: float
    p95: float


def spreads(before: Mapping[str, Counted], after: Mapping[str, Counted], least: int) -> list[Spread]:
    """Return the spread of each statement that was called at least so often in between, the greatest p95 first."""
    found = []
    for key, now in after.items():
        then = before.get(key, Counted("", 0, 0.0, 0.0))
        calls = now.calls - then.calls
        if calls < max(1, least):
            continue
        mean = (now.ms - then.ms) / calls
        # Differences of sums: what is left of rounding may be a little below zero.
        variance = max(0.0, (now.squares - then.squares) / calls - mean**2)
        found.append(Spread(now.query, calls, mean, mean + BEYOND * math.sqrt(variance)))
    return sorted(found, key=lambda s: -s.p95)


def unasked(statements: Mapping[str, str], asked: Iterable[str]) -> list[str]:
    """Return our words for statements that the product did not make, values aside.

    Args:
        statements: word to SQL; `{id}` stands for a value.
        asked: what the server counted.

    Raises:
        ParseError: a statement is no SQL.
    """
    known = {print_ for text in asked if (print_ := _fingerprint(text))}
    return [word for word, text in statements.items() if fingerprint(text.replace("{id}", "0")) not in known]


def unserved(scanned: Mapping[str, Collection[str]]) -> list[str]:
    """Return a sentence on each statement that reads all of a table even where indexes are preferred."""
    return [
        f"{word} reads every row of {table}, whosever they are: no index serves it, and it gets slower with every user"
        for word, tables in scanned.items()
        for table in sorted(tables)
    ]


def _fingerprint(text: str) -> str:
    try:
        return str(fingerprint(text))
    except ParseError:  # cut off, or of another kind than SQL
        return ""
