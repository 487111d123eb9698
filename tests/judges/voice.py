"""Whether a voice account is good for production: paid, in its plan, with enough room. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

PAID = ("active", "trialing")
AT_ONCE = {"free": 2, "starter": 3, "creator": 5, "pro": 10, "scale": 15, "business": 15}
"""Requests that each tier may have open at once; the small models have twice that (elevenlabs.io/docs, models)."""
_SMALL = ("turbo", "flash")


def subscription_problems(
    status: str, tier: str, wanted_tier: str | None, used: int, limit: int, resets: datetime, now: datetime
) -> list[str]:
    """Return what keeps a subscription from serving production, one sentence each. `used`, `limit` in characters."""
    problems = []
    if status not in PAID:
        problems.append(f"status is {status or '(none)'}, want {' or '.join(PAID)}. Pay the invoice or renew the plan")
    if tier == "free":
        problems.append("tier is free, which has no commercial licence. Take a paid plan")
    elif wanted_tier and tier != wanted_tier:
        problems.append(f"tier is {tier}, want {wanted_tier} as declared")
    if used >= limit:
        problems.append(f"all {limit} characters are used up ({used}). Extend the plan")
    if resets <= now:
        problems.append(f"counting should have started anew at {resets:%Y-%m-%d %H:%M}Z: the plan has ended")
    return problems


def allowance(tier: str, models: Iterable[str], contracted: int | None) -> int:
    """Return how many requests may be open at once: as contracted, else as the tier is published; 0 if unknown."""
    if contracted is not None:
        return contracted
    names = list(models)
    small = bool(names) and all(any(word in name for word in _SMALL) for name in names)
    return AT_ONCE.get(tier, 0) * (2 if small else 1)
