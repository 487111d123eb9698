"""Judges how tenants were made ready: in time, by nobody's hand, and the records tell the time as it was. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from fixtures.tenancy.provisioning import Made, Recorded

CLOCKS = 5 / 60
"""Minutes by which the records may tell less than our clock: the way there and back, and a look each half second."""


def unready(made: Sequence[Made], patience: float) -> list[str]:
    """Return each tenant that was not at work in the time a check has, in seconds."""
    return [
        f"a tenant on {m.plan} is not at work {patience:.0f} s after it was asked for: {'; '.join(m.wrong)}"
        for m in made
        if m.minutes is None
    ]


def p95(minutes: Sequence[float]) -> float:
    """Return the value that 95 of 100 do not exceed, by nearest rank.

    Raises:
        ValueError: there is none.
    """
    if not minutes:
        raise ValueError("no provisioning")
    return sorted(minutes)[math.ceil(0.95 * len(minutes)) - 1]


def unfinished(records: Sequence[Recorded]) -> list[str]:
    """Return the tenants whose records have a beginning and no end."""
    return [f"the records of tenant {r.tenant[:8]} have no end" for r in records if r.minutes is None]


def by_hand(records: Sequence[Recorded]) -> list[str]:
    """Return the tenants that somebody had to help."""
    return [f"tenant {r.tenant[:8]} was made ready with the help of {', '.join(r.humans)}" for r in records if r.humans]


def hidden(made: Sequence[Made], records: Mapping[str, Recorded]) -> list[str]:
    """Return each tenant whose records begin later than it was asked for, so that waiting in a queue is not in them."""
    found = []
    for m in made:
        if m.ready is None:
            continue
        record = records.get(m.tenant)
        if record is None or record.minutes is None:
            found.append(f"the records do not tell how tenant {m.tenant[:8]} was made ready")
        elif m.ready - record.minutes > CLOCKS:
            found.append(
                f"the records say {60 * record.minutes:.1f} s for tenant {m.tenant[:8]}, and it took"
                f" {60 * m.ready:.1f} s from the request on: they leave out how long it waited"
            )
    return found
