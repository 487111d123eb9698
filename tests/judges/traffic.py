"""Who answered, out of whom: shares of instances, silent ones, strangers. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

MODERN_TLS = re.compile(r"ELBSecurityPolicy-TLS13-1-[23]-")
"""Policies that admit TLS 1.2 and later only. Source: AWS, Security policies for your Application Load Balancer."""


def is_modern(policy: str) -> bool:
    """Say whether a listener's TLS policy admits TLS 1.2 and later only."""
    return MODERN_TLS.match(policy) is not None


def counted(answered: Iterable[str]) -> dict[str, int]:
    """Return instance to the number of its answers; answers that name nobody are left out."""
    return dict(Counter(name for name in answered if name))


def fair_shares(counts: Mapping[str, int], expected: Iterable[str]) -> dict[str, float]:
    """Return each expected instance's answers in percent of an even share of all answers."""
    names = sorted(set(expected))
    total = sum(counts.values())
    return {name: 100 * counts.get(name, 0) * len(names) / total if total else 0.0 for name in names}


def shares(counts: Mapping[str, int], expected: Iterable[str]) -> dict[str, float]:
    """Return each expected instance's answers in percent of all answers."""
    total = sum(counts.values())
    return {name: 100 * counts.get(name, 0) / total if total else 0.0 for name in sorted(set(expected))}


def strangers(counts: Mapping[str, int], expected: Iterable[str]) -> list[str]:
    """Return who answered without being expected to."""
    return sorted(set(counts) - set(expected))


def described(counts: Mapping[str, int]) -> str:
    """Return counts for a message: `a: 31, b: 29`."""
    return ", ".join(f"{name}: {number}" for name, number in sorted(counts.items())) or "nobody"
