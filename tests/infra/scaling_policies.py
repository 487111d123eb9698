"""A service's scaling policies as the judges take them."""

from __future__ import annotations

from fixtures.aws.scaling import ScalableTarget
from tests.judges.scaling import AlarmSeen, PolicySeen


def policies_seen(scaling: ScalableTarget) -> list[PolicySeen]:
    """The policies with the alarms that set them off."""
    seen = []
    for policy in scaling.policies.or_none():
        alarms = [
            AlarmSeen(a.name, a.exists, a.exists and a.actions_enabled and bool(a.actions))
            for a in policy.alarms.or_none()
        ]
        seen.append(PolicySeen(policy.name, policy.scales_out, policy.scales_in, tuple(alarms)))
    return seen
