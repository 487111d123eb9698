"""What was lost within an hour, by what was expected and what came in. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

Sums = Mapping[datetime, float]
"""Begin of a span of time to its sum in dollars."""


def losses(
    expected: Sums, captured: Sums, metered: Sums, refunds: Sums, within: timedelta, every: timedelta
) -> dict[datetime, float]:
    """Return the end of each sliding window to what it lacks of what was expected; refunds take from what came in.

    A window is told of only when every span of it has an expectation: what is not expected can't be lacking.
    """
    many = int(within / every)
    found = {}
    for last in sorted(expected):
        spans = [last - n * every for n in range(many)]
        if all(at in expected for at in spans):
            came = sum(captured.get(at, 0.0) + metered.get(at, 0.0) - refunds.get(at, 0.0) for at in spans)
            found[last + every] = sum(expected[at] for at in spans) - came
    return found
