"""Logs that are kept too short, deleted after they were shipped, or never written."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

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


COLLECTED, WORKER, API = "AURA-1.1.4.3", "/ecs/aurastudio/worker", "/ecs/aurastudio/api"
RECENT = 3600


def _kept(deployment: Deployment, group: str, prefix: str) -> dict[str, list[dict[str, Any]]]:
    """The newest events of the streams that begin so, to write them again when the fault is healed."""
    logs = deployment.aws(STUDIO, "logs")
    streams = logs.describe_log_streams(logGroupName=group, logStreamNamePrefix=prefix)["logStreams"]
    start = int((time.time() - RECENT) * 1000)
    names = sorted(s["logStreamName"] for s in streams)
    return {
        name: logs.get_log_events(logGroupName=group, logStreamName=name, startTime=start, limit=500)["events"]
        for name in names
    }


def _write_again(deployment: Deployment, group: str, kept: dict[str, list[dict[str, Any]]]) -> None:
    logs = deployment.aws(STUDIO, "logs")
    for name, events in kept.items():
        with suppress(logs.exceptions.ResourceAlreadyExistsException):
            logs.create_log_stream(logGroupName=group, logStreamName=name)
        again = [{"timestamp": e["timestamp"], "message": e["message"]} for e in events]
        if again:
            logs.put_log_events(logGroupName=group, logStreamName=name, logEvents=again)


@contextmanager
def _mute(deployment: Deployment, group: str, streams: list[str], old: bool) -> Iterator[None]:
    """Inside the block nothing new comes from the streams; with `old`, their last event is forty minutes old."""
    logs = deployment.aws(STUDIO, "logs")
    kept = {name: _kept(deployment, group, name)[name] for name in streams}
    with unshipped(deployment, streams):
        for name in streams:
            logs.delete_log_stream(logGroupName=group, logStreamName=name)
            if old:
                logs.create_log_stream(logGroupName=group, logStreamName=name)
                event = {"timestamp": int((time.time() - 2400) * 1000), "message": "ready"}
                logs.put_log_events(logGroupName=group, logStreamName=name, logEvents=[event])
        try:
            yield
        finally:
            if old:
                for name in streams:
                    logs.delete_log_stream(logGroupName=group, logStreamName=name)
            _write_again(deployment, group, kept)


@fault(
    name="aura-worker-log-group-deleted",
    breaks="the workers' log group was deleted",
    fails=[COLLECTED, "AURA-8.1.2.2", "AURA-8.2.2.5", "AURA-10.3.1.4"],
    message={
        COLLECTED: rf"worker task [0-9a-f-]+: log group {WORKER} does not exist",
        "AURA-8.1.2.2": rf"log group {WORKER}: does not exist",
        "AURA-8.2.2.5": rf"log group {WORKER}: does not exist",
        "AURA-10.3.1.4": rf"logGroupName={WORKER}, .*does not exist",
    },
    touches=["aws:aurastudio:logs:group:worker"],
)
def group_deleted(deployment: Deployment) -> Iterator[None]:
    logs = deployment.aws(STUDIO, "logs")
    found = logs.describe_log_groups(logGroupNamePrefix=WORKER)["logGroups"][0]
    tags = logs.list_tags_log_group(logGroupName=WORKER)["tags"]
    kept = _kept(deployment, WORKER, "ecs/")
    logs.delete_log_group(logGroupName=WORKER)
    try:
        yield
    finally:
        logs.create_log_group(logGroupName=WORKER, kmsKeyId=found["kmsKeyId"], tags=tags)
        logs.put_retention_policy(logGroupName=WORKER, retentionInDays=KEPT)
        remember_logs(deployment, STUDIO, WORKER)
        _write_again(deployment, WORKER, kept)


@fault(
    name="aura-worker-logs-stay-on-host",
    breaks="the workers' logs stay in files on their hosts; the group and its old streams are there",
    fails=[COLLECTED, "AURA-10.3.1.4"],
    message={
        COLLECTED: r"worker task [0-9a-f-]+: the log driver of its task definition is json-file, want awslogs",
        "AURA-10.3.1.4": r"worker: its container worker has no log group",
    },
    touches=["aws:aurastudio:ecs:definition:worker", "aws:aurastudio:logs:group:worker"],
    hard=True,
)
def logs_stay_on_host(deployment: Deployment) -> Iterator[None]:
    streams = sorted(_kept(deployment, WORKER, "ecs/"))
    files = {"logConfiguration": {"logDriver": "json-file", "options": {"max-size": "10m"}}}
    with (
        _mute(deployment, WORKER, streams, old=True),
        amended(deployment, STUDIO, "ecs", "containerDefinitions", files, {"name": "worker"}),
    ):
        yield


@fault(
    name="aura-one-task-log-silent",
    breaks="nothing new comes from one of the API's tasks, though its stream is there; the other writes on",
    fails=[COLLECTED],
    message=rf"api task [0-9a-f-]+: stream ecs/api/\S+ of log group {API} has no event of the last 15 min",
    touches=["aws:aurastudio:logs:stream:api"],
    hard=True,
)
def one_task_silent(deployment: Deployment) -> Iterator[None]:
    with _mute(deployment, API, [min(_kept(deployment, API, "ecs/api/"))], old=True):
        yield


@fault(
    name="aura-database-log-not-exported",
    breaks="the database's log is not exported any more; its group keeps what came before",
    fails=[COLLECTED],
    message=r"database: log group /rds/aurastudio/postgresql has no event of the last 15 min",
    touches=["aws:aurastudio:logs:group:rds"],
    hard=True,
)
def database_log_not_exported(deployment: Deployment) -> Iterator[None]:
    with _mute(deployment, "/rds/aurastudio/postgresql", ["aurastudio.0"], old=True):
        yield
