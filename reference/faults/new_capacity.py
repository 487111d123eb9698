"""Surges of the days before that new tasks came too late for, or never served, or never left after."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from reference.amending import recorded
from reference.aws.surges import told
from reference.faults import fault
from reference.faults.scaling import FREE, registered
from reference.faults.swings import AURA, SEI

if TYPE_CHECKING:
    from reference.deployment import Deployment

SOON, WITH_LOAD = "SEI-5.1.1.3.1", "AURA-9.1.3.4"
OF_SEIKETSU, OF_STUDIO = "aws:seiketsu:scaling:surges", "aws:aurastudio:scaling:surges"


@contextmanager
def surged(deployment: Deployment, product: str, ago: str, **times: int) -> Iterator[None]:
    """Inside the block there was one surge more, so long ago; `times` as in reference/aws/surges.py."""
    resource = SEI if product == "seiketsu" else AURA
    group, stream = f"/ecs/{resource.split('/')[1]}/api", f"ecs/api/fault-{ago}"
    surge = {
        "alarm": f"TargetTracking-{resource}-AlarmHigh-requests", "policy": "api-requests", "resource": resource,
        "metric": {}, "period": 60, "quiet": 0, "busy": 0, "stream": stream, "ago": ago, "times": times,
        "health": "/health/serving", "path": "/api/v1/leads",
    }  # fmt: skip
    left, logs = told(surge, datetime.now(UTC)), deployment.aws(product, "logs")
    with ExitStack() as stack:
        for record in left.history:
            stack.enter_context(recorded(deployment, product, "alarm_history", record, "HistoryData"))
        for record in left.activities:
            stack.enter_context(recorded(deployment, product, "scaling_activities", record, "ActivityId"))
        logs.create_log_stream(logGroupName=group, logStreamName=stream)
        stack.callback(logs.delete_log_stream, logGroupName=group, logStreamName=stream)
        if left.lines:
            events: list[Any] = [{"timestamp": int(at.timestamp() * 1000), "message": text} for at, text in left.lines]
            logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)
        yield


@fault(
    name="sei-capacity-asked-for-late",
    breaks="the alarm waits for five minutes over its threshold before it asks for more tasks",
    fails=[SOON],
    message=r"scaling of ECS service api: response is [5-9]\.\d+ min, want < 2 min.*alarm after 300 s",
    touches=[OF_SEIKETSU],
)
def asked_for_late(deployment: Deployment) -> Iterator[None]:
    with surged(deployment, "seiketsu", "4d5h", alarm=300, activity=303, began=330, served=352, over=900, back=1300):
        yield


@fault(
    name="sei-capacity-warms-up-for-long",
    breaks="the alarm asks soon and the activity succeeds; the image is large, and the task serves after four minutes",
    fails=[SOON],
    message=r"response is 4(\.\d+)? min, want < 2 min.*activity after 17 s.*first request after 240 s",
    touches=[OF_SEIKETSU],
    hard=True,
)
def warms_up(deployment: Deployment) -> Iterator[None]:
    with surged(deployment, "seiketsu", "4d7h", alarm=14, activity=17, began=95, served=240, over=900, back=1300):
        yield


@fault(
    name="sei-capacity-of-the-alarm-alone",
    breaks="an alarm asked for more tasks for a quarter of an hour, and no activity followed",
    fails=[SOON],
    message=r"response is inf min, want < 2 min.*activity never",
    touches=[OF_SEIKETSU],
    hard=True,
)
def of_the_alarm_alone(deployment: Deployment) -> Iterator[None]:
    with surged(deployment, "seiketsu", "4d9h", alarm=14, over=914):
        yield


@fault(
    name="aura-load-scaling-suspended",
    breaks="scaling out is suspended: load set the alarm off, and no task was added",
    fails=[WITH_LOAD, "AURA-5.1.1.4"],
    message={
        WITH_LOAD: r"ECS service api: out after is inf min, want <= 5 min.*activity never.*Suspended: Dynamic",
        "AURA-5.1.1.4": r"scaling of ECS service api: DynamicScalingOutSuspended is true",
    },
    touches=[OF_STUDIO, "aws:aurastudio:scaling:api"],
)
def scaling_suspended(deployment: Deployment) -> Iterator[None]:
    held = {"SuspendedState": FREE | {"DynamicScalingOutSuspended": True}}
    with (
        registered(deployment, "aurastudio", AURA, held, {"SuspendedState": FREE}),
        surged(deployment, "aurastudio", "3d5h", alarm=186, over=1500),
    ):
        yield


@fault(
    name="aura-load-new-task-out-of-the-balancer",
    breaks="load made a task more run, which the balancer never sent a request: only its health was looked at",
    fails=[WITH_LOAD],
    message=r"a task more ran and answered no request.*task began after 221 s, first request never.*in the balancer",
    touches=[OF_STUDIO],
    hard=True,
)
def out_of_the_balancer(deployment: Deployment) -> Iterator[None]:
    with surged(deployment, "aurastudio", "3d7h", alarm=186, activity=189, began=221, over=1500, back=2410):
        yield


@fault(
    name="aura-load-tasks-stay-for-an-hour",
    breaks="the task that load brought stayed for an hour after it",
    fails=[WITH_LOAD],
    message=r"scaling of ECS service api: in after is 6\d(\.\d+)? min, want <= 20 min",
    touches=[OF_STUDIO],
    hard=True,
)
def stay(deployment: Deployment) -> Iterator[None]:
    with surged(deployment, "aurastudio", "3d9h", alarm=186, activity=189, began=221, served=243, over=1500, back=5400):
        yield
