"""Judges how a user's quota was enforced. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from golive.catalogue import Line

SLACK_SECONDS = 2.5
"""What rounding to seconds, and the time that the burst itself takes, may add to or take from a window."""


@dataclass(frozen=True)
class Enforcement:
    """What was seen in one window."""

    sent: int
    admitted: int
    instances: int
    retry_after: Sequence[str]
    """The header of each refusal; empty where it was missing."""
    remaining: Sequence[int | None]
    """What each admitted answer said is left; None where it said nothing."""
    remaining_promised: bool
    window: float | None
    """Seconds."""


def enforcement_problems(line: Line, seen: Enforcement) -> list[str | None]:
    """What is wrong with it."""
    wanted = float(str(line.limit("admitted_per_window").value))
    off = 100 * abs(seen.admitted - wanted) / wanted
    where = f"over {seen.instances} instances"
    of = f"{seen.admitted} of {seen.sent} requests in one window {where} were admitted, want {wanted:g}; the deviation"
    hint = "Do all instances count together?" if seen.admitted > wanted else ""
    found = [line.limit("tolerance").problem(off, of=of, hint=hint)]
    if seen.admitted == seen.sent:
        return found
    without = sum(not header.isdigit() for header in seen.retry_after)
    if without:
        found.append(f"{without} of {len(seen.retry_after)} refusals give no Retry-After in seconds")
    if seen.remaining_promised:
        silent = sum(left is None for left in seen.remaining)
        said = [left for left in seen.remaining if left is not None]
        if silent:
            found.append(f"{silent} of {len(seen.remaining)} admitted answers do not say how much is left")
        elif min(said) > wanted * 0.05:
            found.append(f"the last admitted answers say that {min(said)} requests are left, and the next was refused")
    limit = line.limit("window")
    whole = float(str(limit.value)) * 60
    if seen.window is not None:
        near = abs(seen.window - whole) <= SLACK_SECONDS
        found.append(limit.problem(float(str(limit.value)) if near else seen.window / 60, of="the quota's window"))
    return found
