"""Whether a component is as large as its load asks for."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

FULL = 0.8
"""How much of a size may be used before the next larger one is needed."""
SMALLEST = 1 / 16


def p95(ratios: Sequence[float]) -> float:
    """The value that 95 percent of the points do not exceed (nearest rank). Raises ValueError without points."""
    if not ratios:
        raise ValueError("no points")
    return sorted(ratios)[math.ceil(0.95 * len(ratios)) - 1]


def saving(uses: Iterable[float]) -> float:
    """Percent of the cost that the smallest size saves in which all uses still fit; sizes halve, as their prices do."""
    most, size = max(uses), 1.0
    while size > SMALLEST and most / (size / 2) <= FULL:
        size /= 2
    return 100 * (1 - size)
