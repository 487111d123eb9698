"""Capacity that does not follow the day's load: frozen, a ratchet, or held up by the clock."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.amending import distorted
from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, LINE = "seiketsu", "SEI-3.2.1.1.3"
TASKS = "ECS/ContainerInsights/RunningTaskCount?api"
DAY, CYCLE_BEGAN = 26 * 3600.0, 3.2 * 3600


@fault(
    name="sei-tasks-frozen-at-ten",
    breaks="ten tasks of the API have run all day, whatever was asked of it",
    fails=[LINE],
    message=r"load correlation is 0 ratio, want >= 0\.7.*10 to 10 tasks ran",
    touches="aws:seiketsu:metrics:ECS/ContainerInsights:RunningTaskCount",
)
def tasks_frozen_at_ten(deployment: Deployment) -> Iterator[None]:
    with distorted(deployment, PRODUCT, TASKS, "set", value=10, since=DAY):
        yield


@fault(
    name="sei-tasks-never-less-again",
    breaks="the API got a third task for the morning's load, and has had it ever since",
    fails=[LINE],
    message=r"scaling of ECS service api: scale in is 1\d\d min.*More than 2 tasks ran from",
    touches="aws:seiketsu:metrics:ECS/ContainerInsights:RunningTaskCount",
    hard=True,
)
def tasks_never_less_again(deployment: Deployment) -> Iterator[None]:
    with distorted(deployment, PRODUCT, TASKS, "set", value=3, since=CYCLE_BEGAN):
        yield


@fault(
    name="sei-schedule-holds-tasks",
    breaks="a scheduled action keeps at least three tasks at night too, the policies are all well",
    fails=[LINE],
    message=r"scaling of ECS service api: scale in is .*office-hours asks for at least 3",
    touches=["aws:seiketsu:metrics:ECS/ContainerInsights:RunningTaskCount", "aws:seiketsu:scaling:schedule"],
    hard=True,
)
def schedule_holds_tasks(deployment: Deployment) -> Iterator[None]:
    scaling = deployment.aws(PRODUCT, "application-autoscaling")
    action = {
        "ServiceNamespace": "ecs",
        "ScheduledActionName": "office-hours",
        "ResourceId": "service/seiketsu-production/api",
        "ScalableDimension": "ecs:service:DesiredCount",
    }
    bounds = {"MinCapacity": 3, "MaxCapacity": 40}
    scaling.put_scheduled_action(**action, Schedule="cron(0 6 * * ? *)", ScalableTargetAction=bounds)
    try:
        with distorted(deployment, PRODUCT, TASKS, "set", value=3, since=DAY, above=0):
            yield
    finally:
        scaling.delete_scheduled_action(**action)
