"""An alarm that goes off really brings another task into service, and its end takes it away again."""

from __future__ import annotations

import pytest

from fixtures.aws.balancing import TargetGroup, group_of
from fixtures.aws.ecs import Cluster
from fixtures.aws.scaling import ScalableTarget
from fixtures.aws.swing import Pendulum, Swing
from golive.catalogue import Line
from golive.drill import Drills
from golive.judging import conclude
from golive.observation import Found
from golive.plugin import verifies
from tests.judges.swing import duration_problems, swing_problems

SERVICE, KIND = "api", "scaling-by-alarm"
PER_MINUTE = 60.0


@verifies("AURA-5.2.2.4")
@pytest.mark.disrupts(or_record=True)
@pytest.mark.timeout(1800)
def test_alarm_really_changes_the_number_of_tasks(
    line: Line, ecs: Cluster, target_groups: Found[TargetGroup], drills: Drills
) -> None:
    pendulum = Pendulum(
        ScalableTarget(ecs.service(SERVICE)), group_of(SERVICE, target_groups), _seconds(line, "out_after"),
        _seconds(line, "in_after"),
    )  # fmt: skip
    drill = drills.performed_or_recorded(KIND, Swing, pendulum.perform)
    conclude(
        [
            *(f"{problem} ({drill})" for problem in swing_problems(drill.facts)),
            *duration_problems(line, drill.facts),
        ]
    )


def _seconds(line: Line, name: str) -> float:
    return PER_MINUTE * float(str(line.limit(name).value))
