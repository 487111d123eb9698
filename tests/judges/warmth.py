"""How long an endpoint takes once it is warm: percentiles of few samples. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that `share` (0..1) of the samples do not exceed, by nearest rank: always one that was seen.

    Raises ValueError when there are none.
    """
    if not values:
        raise ValueError("no samples")
    return sorted(values)[max(1, math.ceil(share * len(values))) - 1]


def tolerated(samples: int, share: float) -> int:
    """Return how many of so many samples may exceed a limit on this percentile."""
    return samples - max(1, math.ceil(share * samples))
