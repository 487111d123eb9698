"""Scaling is right at both ends, for all services, again and again."""

from __future__ import annotations

import pytest

from fixtures.aws.balancing import TargetGroup
from fixtures.aws.cycles import Cycles, CyclesFacts
from fixtures.aws.ecs import Cluster
from fixtures.aws.network import Network
from fixtures.aws.scaling import ScalableTarget
from fixtures.aws.swing import Pendulum
from golive.catalogue import Line
from golive.drill import Drills
from golive.judging import conclude
from golive.observation import Found, observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from tests.infra.scaling_policies import policies_seen
from tests.judges.scaling import broken_alarms, missing_directions
from tests.judges.swing import cycle_problems, room_problem

KIND, PER_MINUTE = "scaling-cycles", 60.0


@verifies("SEI-5.1.2.1.2")
@pytest.mark.disrupts(or_record=True)
@pytest.mark.timeout(14400)
def test_scaling_is_right_at_both_ends_again_and_again(
    line: Line, ecs: Cluster, scaling: Found[ScalableTarget], network: Network, target_groups: Found[TargetGroup],
    target: ProductTarget, drills: Drills,
) -> None:  # fmt: skip
    conclude([*(p for s in scaling for p in _configured(line, s)), *_room(scaling, network)])
    settings = configured(target.drills, f"{line.product}.drills")
    groups = {group.word: group for group in target_groups}
    wanted = [ecs.service(word) for word in settings.scaled_services] or [s.service for s in scaling]
    pendulums = [
        Pendulum(ScalableTarget(s), groups.get(s.word), _seconds(line, "out_after"), _seconds(line, "in_after"))
        for s in wanted
    ]
    number = int(float(str(line.limit("cycles").value)))
    drill = drills.performed_or_recorded(KIND, CyclesFacts, Cycles(pendulums, settings.scaled_to, number).perform)
    seen = {swing.service for swings in drill.facts.cycles for swing in swings}
    conclude(
        [
            *(f"{problem} ({drill})" for problem in cycle_problems(line, drill.facts) if problem),
            *(f"{s}: the drill did not scale it ({drill})" for s in wanted if s.name not in seen),
        ]
    )


def _configured(line: Line, scaling: ScalableTarget) -> list[str | None]:
    """The bounds, and that a policy with armed alarms moves the count each way."""
    policies = policies_seen(scaling)
    return [
        line.limit("resting_tasks").problem(scaling.minimum, of=f"{scaling}, its minimum"),
        line.limit("max_tasks").problem(scaling.maximum, of=f"{scaling}, its maximum"),
        None if policies else f"{scaling}: has no policy at all, so load changes nothing",
        *(f"{scaling}: {flag} is true" for flag in scaling.suspended),
        *(f"{scaling}: {problem}" for problem in broken_alarms(policies)),
        *(f"{scaling}: no working policy scales it {way}" for way in missing_directions(policies) if policies),
    ]


def _room(scaling: Found[ScalableTarget], network: Network) -> list[str | None]:
    """The subnets take all the tasks that may be asked for: each needs an address of its own."""
    free = {str(s["SubnetId"]): int(s["AvailableIpAddressCount"]) for s in network.subnets}
    shared: dict[frozenset[str], list[ScalableTarget]] = {}
    for found in scaling:
        shared.setdefault(frozenset(found.service.network.get("subnets", [])), []).append(found)
    problems = []
    for subnets, users in shared.items():
        names = ", ".join(user.name for user in users)
        room = observed(f"subnets of {names}", "free addresses", sum(free.get(s, 0) for s in subnets),
                        source="ec2:DescribeSubnets")  # fmt: skip
        problems.append(room_problem(names, room, sum(user.maximum - user.service.running for user in users)))
    return problems


def _seconds(line: Line, name: str) -> float:
    return PER_MINUTE * float(str(line.limit(name).value))
