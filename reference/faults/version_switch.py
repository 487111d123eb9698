"""Deployments that hand the traffic over too early, or to what fails its users."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.amending import amended
from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT = "seiketsu"
LINE = "SEI-1.1.1.2.4"
TRIGGERS = ["SEI-4.1.1.1.1", "SEI-4.1.1.1.2", "SEI-4.1.1.1.4"]
TOUCHES = [f"fleet:{PRODUCT}", f"aws:{PRODUCT}:ecs:service:api"]


@fault(
    name="sei-switch-without-readiness",
    breaks="the deployment leads to the new fleet without waiting until it is ready",
    fails=[LINE],
    message=r"deployment of a build that is unfit \(never_ready\).*bad version requests is \d+",
    touches=TOUCHES,
)
def without_readiness(deployment: Deployment) -> Iterator[None]:
    deployment.rollouts.hasty = True
    try:
        yield
    finally:
        deployment.rollouts.hasty = False


@fault(
    name="sei-switch-watches-no-alarm",
    breaks="deployments go back by themselves when an alarm says so, and no alarm is listed",
    fails=[LINE, *TRIGGERS],
    message={
        LINE: r"(?s)no alarm stops a deployment.*unfit \(business_errors\): it was promoted",
        **dict.fromkeys(TRIGGERS, r"ECS service api does not go back by alarm \S+: its deployments watch none"),
    },
    touches=TOUCHES,
    hard=True,
)
def watches_no_alarm(deployment: Deployment) -> Iterator[None]:
    values = {"deploymentConfiguration.alarms.alarmNames": []}
    with amended(deployment, PRODUCT, "ecs", "services", values, {"serviceName": "api"}):
        yield


@fault(
    name="sei-switch-lets-old-tasks-go-first",
    breaks="the old fleet is taken out of the balancer before the new one is let in",
    fails=[LINE],
    message=r"the switch to another version: failed requests is \d+",
    touches=TOUCHES,
    hard=True,
)
def old_tasks_first(deployment: Deployment) -> Iterator[None]:
    deployment.rollouts.old_first = True
    try:
        yield
    finally:
        deployment.rollouts.old_first = False
