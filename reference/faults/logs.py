"""Logs that are kept too short, deleted after they were shipped, or never written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.amending import amended, remember_logs, unshipped
from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

STUDIO, AUDIT, LATER = "aurastudio", "/audit/aurastudio", "/ecs/aurastudio/api-next"
KEPT = 90


@fault(
    name="aura-log-retention-short",
    breaks="the database's log group keeps thirty days",
    fails=["AURA-8.2.2.5"],
    message=r"log group /rds/aurastudio/postgresql: retention is 30 days, want >= 90 days",
    touches=["aws:aurastudio:logs:group:rds"],
)
def retention_short(deployment: Deployment) -> Iterator[None]:
    logs, group = deployment.aws(STUDIO, "logs"), "/rds/aurastudio/postgresql"
    logs.put_retention_policy(logGroupName=group, retentionInDays=30)
    try:
        yield
    finally:
        logs.put_retention_policy(logGroupName=group, retentionInDays=KEPT)


@fault(
    name="aura-log-group-of-later-deployment",
    breaks="a later deployment made its own log group, which keeps fourteen days",
    fails=["AURA-8.2.2.5"],
    message=rf"log group {LATER}: retention is 14 days, want >= 90 days",
    touches=["aws:aurastudio:logs:group:next"],
    hard=True,
)
def group_of_later_deployment(deployment: Deployment) -> Iterator[None]:
    logs = deployment.aws(STUDIO, "logs")
    logs.create_log_group(logGroupName=LATER)
    logs.put_retention_policy(logGroupName=LATER, retentionInDays=14)
    try:
        yield
    finally:
        logs.delete_log_group(logGroupName=LATER)


@fault(
    name="aura-log-streams-deleted-after-export",
    breaks="retention says ninety days, a job deletes the audit log's streams once they are exported",
    fails=["AURA-8.2.2.5"],
    message=rf"log group {AUDIT}: was made on .* has no event older than 80 days",
    touches=["aws:aurastudio:logs:group:audit"],
    hard=True,
)
def streams_deleted(deployment: Deployment) -> Iterator[None]:
    deployment.aws(STUDIO, "logs").delete_log_stream(logGroupName=AUDIT, logStreamName="history")
    try:
        yield
    finally:
        remember_logs(deployment, STUDIO, AUDIT)


@fault(
    name="sei-worker-without-log-driver",
    breaks="the workers' task definition has no log driver any more",
    fails=["SEI-2.1.1.3.4"],
    message=r"worker task .*the log driver of its container worker is none, want awslogs",
    touches=["aws:seiketsu:ecs:definition:worker"],
)
def worker_without_log_driver(deployment: Deployment) -> Iterator[None]:
    gone = {"logConfiguration": None}
    with amended(deployment, "seiketsu", "ecs", "containerDefinitions", gone, {"name": "worker"}):
        yield


@fault(
    name="sei-task-log-silent",
    breaks="one of the API's tasks lost its log, the others write on",
    fails=["SEI-2.1.1.3.4"],
    message=r"api task [0-9a-f-]+: log stream ecs/api/\S+ of /ecs/seiketsu-production/api does not exist or is empty",
    touches=["aws:seiketsu:logs:stream:api"],
    hard=True,
)
def task_log_silent(deployment: Deployment) -> Iterator[None]:
    logs, group = deployment.aws("seiketsu", "logs"), "/ecs/seiketsu-production/api"
    streams = logs.describe_log_streams(logGroupName=group, logStreamNamePrefix="ecs/api/")["logStreams"]
    stream = sorted(s["logStreamName"] for s in streams)[0]
    with unshipped(deployment, [stream]):
        logs.delete_log_stream(logGroupName=group, logStreamName=stream)
        yield
