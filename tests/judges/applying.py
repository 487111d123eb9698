"""How an apply went, by what Terraform said while it worked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

MINUTE = timedelta(minutes=1)


def duration(times: Sequence[datetime]) -> float:
    """Minutes from the first message to the last."""
    return (max(times) - min(times)) / MINUTE


def longest_silence(times: Sequence[datetime]) -> float:
    """The most minutes that passed without a message; 0 with fewer than two."""
    return max(((later - earlier) / MINUTE for earlier, later in pairwise(sorted(times))), default=0.0)
