"""Services follow the load: within the agreed bounds, both ways, by alarms that are armed."""

from __future__ import annotations

import pytest

from fixtures.aws.ecs import Cluster
from fixtures.aws.scaling import ScalableTarget
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import Found
from golive.plugin import verifies
from tests.judges.scaling import AlarmSeen, PolicySeen, broken_alarms, missing_directions, working


@verifies("AURA-5.1.1.4")
@pytest.mark.smoke
def test_api_scales_within_its_bounds(line: Line, ecs: Cluster) -> None:
    scaling = ScalableTarget(ecs.service("api"))
    policies = _policies(scaling)
    conclude(
        [
            *_bounds(line, scaling),
            *(f"{scaling}: {flag} is true, so it does not scale that way" for flag in scaling.suspended),
            line.limit("active_policies").problem(len(working(policies)), of=scaling, hint=_why(policies)),
            *(f"{scaling}: {problem}" for problem in broken_alarms(policies)),
            *_directions(scaling, policies),
        ]
    )


@verifies("SEI-1.1.1.2.1")
@pytest.mark.smoke
def test_every_service_scales_within_its_bounds_both_ways(line: Line, scaling: Found[ScalableTarget]) -> None:
    problems: list[str | None] = []
    for service in scaling:
        policies = _policies(service)
        broken = broken_alarms(policies)
        suspended = service.suspended
        hint = f"Suspended: {', '.join(suspended)}" if suspended else ""
        problems += [
            *_bounds(line, service),
            line.limit("suspended_flags").problem(len(suspended), of=service, hint=hint),
            line.limit("scaling_policies").problem(len(working(policies)), of=service, hint=_why(policies)),
            line.limit("disarmed_alarms").problem(len(broken), of=service, hint="; ".join(broken)),
            *_directions(service, policies),
        ]
    conclude(problems)


def _bounds(line: Line, scaling: ScalableTarget) -> list[str | None]:
    return [
        line.limit("min_tasks").problem(scaling.minimum, of=scaling),
        line.limit("max_tasks").problem(scaling.maximum, of=scaling),
    ]


def _policies(scaling: ScalableTarget) -> list[PolicySeen]:
    seen = []
    for policy in scaling.policies.or_none():
        alarms = [
            AlarmSeen(a.name, a.exists, a.exists and a.actions_enabled and bool(a.actions))
            for a in policy.alarms.or_none()
        ]
        seen.append(PolicySeen(policy.name, policy.scales_out, policy.scales_in, tuple(alarms)))
    return seen


def _why(policies: list[PolicySeen]) -> str:
    bare = [f"policy {p.name} has no alarm" for p in policies if not p.alarms]
    return "; ".join([*bare, *broken_alarms(policies)]) or "Add a target tracking policy"


def _directions(scaling: ScalableTarget, policies: list[PolicySeen]) -> list[str]:
    return [f"{scaling}: no working policy scales it {way}" for way in missing_directions(policies)]
