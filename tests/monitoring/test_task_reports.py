"""Each running task is seen: its health, its log and its metrics, one by one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest

from fixtures.aws.account import Account
from fixtures.aws.ecs import Cluster, Service
from fixtures.aws.logs import streams_ingested
from fixtures.aws.task import Task
from fixtures.metrics.arrivals import Metric, listed, newest_points
from fixtures.parallel import each
from golive import clock
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies
from tests.judges.alarms import share

NAMESPACE, METRICS = "ECS/ContainerInsights", ("TaskCpuUtilization", "TaskMemoryUtilization")
"""What container insights report of each task."""


@verifies("SEI-2.1.1.3.4")
@pytest.mark.smoke
def test_every_task_reports_health_log_and_metrics(line: Line, aws: Account, ecs: Cluster) -> None:
    services = list(ecs.services)
    tasks = {s: list(s.tasks) for s in services}
    series = _series(aws)
    known = {t.name for found in tasks.values() for t in found}
    wanted = [m for task, found in series.items() if task in known for m in found]
    newest = newest_points(aws, wanted, timedelta(hours=1)) if wanted else {}
    now = clock.now()
    found = each(lambda s: _logs(line, s, tasks[s], now), services)
    problems: dict[str, list[str]] = {}
    for service, logs in zip(services, found, strict=True):
        for task in tasks[service]:
            own = [*_health(service, task), *logs[task.name], *_metrics(line, series.get(task.name, []), newest, now)]
            if own:
                problems[f"{service.word} {task}"] = own
    hint = "; ".join(f"{task}: {', '.join(texts)}" for task, texts in problems.items())
    limit = line.limit("reporting_tasks").problem(share(len(known) - len(problems), known), of=ecs, hint=hint)
    counted = [f"{s}: {len(tasks[s])} tasks run, want {s.desired}" for s in services if len(tasks[s]) < s.desired]
    conclude([limit, *counted])


def _series(aws: Account) -> dict[str, list[Metric]]:
    """Task id to the series that carry it."""
    found: dict[str, list[Metric]] = {}
    for name in METRICS:
        for metric in listed(aws, NAMESPACE, name, TaskId=""):
            found.setdefault(dict(metric.dimensions)["TaskId"], []).append(metric)
    return found


def _health(service: Service, task: Task) -> list[str]:
    if task.health == "HEALTHY":
        return []
    container = service.task_definition.main(service.cluster.settings.containers.get(service.word))
    why = "" if container.health_command else " (its container has no health check)"
    return [f"health is {task.health}, want HEALTHY{why}"]


def _logs(line: Line, service: Service, tasks: list[Task], now: datetime) -> dict[str, list[str]]:
    """Task id to what is wrong with its log."""
    container = service.task_definition.main(service.cluster.settings.containers.get(service.word))
    options = container.log_options
    if container.log_driver != "awslogs" or not options.get("awslogs-group"):
        driver = container.log_driver or "none"
        return {t.name: [f"the log driver of its container {container.name} is {driver}, want awslogs"] for t in tasks}
    group, prefix = options["awslogs-group"], options.get("awslogs-stream-prefix", "")
    streams = {t.name: f"{prefix}/{container.name}/{t.name}" for t in tasks}
    ingested = streams_ingested(service.account, group, list(streams.values()))
    limit, found = line.limit("log_age"), {}
    for task, stream in streams.items():
        at = ingested[stream]
        age = round(max(0.0, (now - at) / timedelta(minutes=1)), 1) if at else None
        if age is None:
            found[task] = [f"log stream {stream} of {group} does not exist or is empty"]
        else:
            found[task] = [p for p in [limit.problem(age, of=f"log stream {stream}")] if p]
    return found


def _metrics(line: Line, series: list[Metric], newest: Mapping[Metric, datetime | None], now: datetime) -> list[str]:
    """What is wrong with a task's own series: every one of them has to be fresh."""
    if not series:
        return [f"no series of {NAMESPACE} carries it"]
    limit, found = line.limit("metric_age"), []
    for metric in series:
        at = newest[metric]
        if at is None:
            found.append(f"{metric.name} has no point of the last hour")
        elif problem := limit.problem(round(max(0.0, (now - at) / timedelta(minutes=1)), 1), of=metric.name):
            found.append(problem)
    return found
