"""Statements that do the application's work, and how long they take. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_PING = re.compile(r"\s*select\s+\$?\d+\s*;?\s*", re.IGNORECASE)
_TRIVIAL = re.compile(
    r"\s*(?:(?:begin|commit|rollback|set|reset|show|start|savepoint|release|discard|deallocate|listen|unlisten)\b"
    r"|select\s+(?:(?:pg_catalog\.)?(?:version|set_config|current_setting)\(|current_)).*",
    re.IGNORECASE | re.DOTALL,
)
"""What costs nothing and is asked all the time: it would drown slow statements in a mean."""


@dataclass(frozen=True)
class Counted:
    """A statement. `mean` in ms."""

    text: str
    calls: int
    mean: float


def business(rows: Iterable[tuple[str, int, float]]) -> list[Counted]:
    """Return the statements with their means, of (text, calls, milliseconds in all), trivial ones left out."""
    return [Counted(text, calls, ms / calls) for text, calls, ms in rows if calls and not _is_trivial(text)]


def mean_time(statements: Sequence[Counted]) -> float:
    """Return the mean of all calls in ms."""
    return sum(s.mean * s.calls for s in statements) / sum(s.calls for s in statements)


def slowest(statements: Sequence[Counted], most: int) -> list[Counted]:
    """Return so many statements of the greatest mean, the slowest first."""
    return sorted(statements, key=lambda s: -s.mean)[:most]


def _is_trivial(text: str) -> bool:
    return bool(_PING.fullmatch(text) or _TRIVIAL.fullmatch(text))
