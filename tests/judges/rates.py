"""Shares of what was counted, and how sure they are. Pure."""

from __future__ import annotations


def most_likely_at_most(found: int, of: int, confidence: float = 0.95) -> float:
    """Return the share that is not exceeded with this confidence, when `found` of so many were (Clopper and Pearson's).

    1 when nothing was counted.
    """
    if of <= 0 or found >= of:
        return 1.0
    # Here, since it takes half a second to import, where few checks need it.
    from scipy.stats import beta  # type: ignore[import-untyped]

    return float(beta.ppf(confidence, found + 1, of - found))


def hit_rate(hits: float, misses: float) -> float | None:
    """Return hits of all lookups in percent, None of none."""
    return 100 * hits / (hits + misses) if hits + misses else None
