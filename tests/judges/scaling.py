"""Whether scaling policies can really move a service, out and in. Pure: judges what was observed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class AlarmSeen:
    """An alarm that a policy relies on. `armed`: its actions are enabled and it has some."""

    name: str
    exists: bool
    armed: bool


@dataclass(frozen=True)
class PolicySeen:
    """A scaling policy with the directions in which it moves the count, and its alarms."""

    name: str
    scales_out: bool
    scales_in: bool
    alarms: tuple[AlarmSeen, ...]


def broken_alarms(policies: Iterable[PolicySeen]) -> list[str]:
    """Return what is wrong with the alarms of policies, one sentence an alarm."""
    found = []
    for policy in policies:
        for alarm in policy.alarms:
            if not alarm.exists:
                found.append(f"alarm {alarm.name} of policy {policy.name} does not exist")
            elif not alarm.armed:
                found.append(
                    f"alarm {alarm.name} of policy {policy.name} has its actions disabled, so the policy never runs"
                )
    return found


def working(policies: Iterable[PolicySeen]) -> list[PolicySeen]:
    """Return the policies that have alarms, all of them there and armed."""
    return [p for p in policies if p.alarms and all(a.exists and a.armed for a in p.alarms)]


def missing_directions(policies: Iterable[PolicySeen]) -> list[str]:
    """Return the directions, `out` or `in`, that no working policy moves the count in."""
    able = working(policies)
    missing = [] if any(p.scales_out for p in able) else ["out"]
    return missing if any(p.scales_in for p in able) else [*missing, "in"]
