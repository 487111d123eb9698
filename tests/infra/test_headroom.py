"""Nothing runs full: each task, database and cache node by itself, at its fullest minute."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from fixtures.aws.account import Account
from fixtures.aws.ecs import Cluster
from fixtures.aws.elasticache import ReplicationGroup
from fixtures.aws.rds import Database as ManagedDatabase
from fixtures.metrics.arrivals import Metric
from fixtures.metrics.levels import Level, levels
from fixtures.metrics.task_levels import CPU, MEMORY, task_series
from fixtures.postgres import Database
from fixtures.redis import Store
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import Found
from golive.plugin import verifies
from golive.verdict import Unobservable


@dataclass(frozen=True)
class Gauge:
    """A metric of one thing, in percent, that must stay within a limit of the line."""

    of: str
    metric: Metric
    limit: str


@verifies("SEI-3.1.1.3.3")
@pytest.mark.smoke
def test_every_component_has_headroom(
    line: Line,
    aws: Account,
    ecs: Cluster,
    rds: ManagedDatabase,
    elasticache: ReplicationGroup,
    database: Database,
    replicas: Found[Database],
    redis_nodes: Found[Store],
) -> None:
    window = timedelta(minutes=float(str(line.limit("window").value)))
    tasks, problems = _tasks(aws, ecs)
    gauges = [*tasks, *_cache(elasticache)]
    instances = [rds.writer, *rds.replicas.or_none()]
    gauges += [
        Gauge(str(i), Metric.of("AWS/RDS", "CPUUtilization", DBInstanceIdentifier=i.name), "cpu") for i in instances
    ]
    free = {i: Metric.of("AWS/RDS", "FreeStorageSpace", DBInstanceIdentifier=i.name) for i in instances}
    seen = levels(aws, [*(g.metric for g in gauges), *free.values()], window)
    problems += [p for g in gauges for p in _judged(line, g, seen[g.metric])]
    for instance, metric in free.items():
        level = seen[metric]
        if not level.minutes or not instance.storage:
            problems.append(f"{instance}: no data of its free storage in the last {window}")
            continue
        used = 100 * (1 - level.least / instance.storage)
        problems.append(line.limit("disk").problem(round(used, 1), of=instance, hint="Let its storage grow"))
    problems += _bursting(line, aws, rds, window)
    problems += [_connections(line, server) for server in [database, *replicas.or_none()]]
    problems += _nodes(line, redis_nodes)
    conclude(problems)


def _tasks(aws: Account, ecs: Cluster) -> tuple[list[Gauge], list[str | None]]:
    """The gauges of every running task of every declared service."""
    known, names = task_series(aws), {CPU: "cpu", MEMORY: "memory"}
    gauges: list[Gauge] = []
    problems: list[str | None] = []
    for service in ecs.services:
        for task in service.tasks:
            own = known.get(task.name, {})
            missing = sorted(set(names) - set(own))
            if missing:
                problems.append(
                    f"{service.word} {task}: reports no {' and no '.join(missing)}, so it may be full unseen"
                )
            gauges += [Gauge(f"{service.word} {task}", metric, names[name]) for name, metric in own.items()]
    if not gauges and not problems:
        raise Unobservable(f"{ecs} has no running task")
    return gauges, problems


def _cache(cache: ReplicationGroup) -> Iterator[Gauge]:
    for member in cache.members:
        of = f"cache node {member}"
        yield Gauge(of, Metric.of("AWS/ElastiCache", "CPUUtilization", CacheClusterId=member), "cpu")
        used = Metric.of("AWS/ElastiCache", "DatabaseMemoryUsagePercentage", CacheClusterId=member)
        yield Gauge(of, used, "memory")


def _judged(line: Line, gauge: Gauge, level: Level) -> Iterator[str | None]:
    if not level.minutes:
        yield f"{gauge.of}: no data of {gauge.metric} in the window, so it may be full unseen"
        return
    hint = "It is full by itself, whatever the average says"
    yield line.limit(gauge.limit).problem(round(level.greatest, 1), of=gauge.of, hint=hint)


def _bursting(line: Line, aws: Account, rds: ManagedDatabase, window: timedelta) -> list[str | None]:
    """Volumes that live on credits."""
    metrics = {
        i: Metric.of("AWS/RDS", "BurstBalance", DBInstanceIdentifier=i.name)
        for i in [rds.writer, *rds.replicas.or_none()]
        if i.storage_type == "gp2"
    }
    seen = levels(aws, metrics.values(), window) if metrics else {}
    return [
        line.limit("burst_credits").problem(seen[m].least, of=f"volume of {i}")
        if seen[m].minutes
        else f"{i}: no BurstBalance"
        for i, m in metrics.items()
    ]


def _connections(line: Line, server: Database) -> str | None:
    used = server.value("select count(*) from pg_stat_activity", fresh=True, name="connections")
    most = int(server.value("select current_setting('max_connections')", name="max_connections"))
    hint = "Who holds them? See pg_stat_activity"
    return line.limit("connections").problem(round(100 * int(used) / most, 1), of=server, hint=hint)


def _nodes(line: Line, nodes: Found[Store]) -> list[str | None]:
    """One silent node among others is a component without data; when none answers, nothing was observed."""
    problems: list[str | None] = []
    silent: list[Unobservable] = []
    for node in nodes:
        try:
            problems += _clients(line, node)
        except Unobservable as error:
            silent.append(error)
    if len(silent) == len(nodes):
        raise silent[0]
    return problems + [f"a cache node gives no data, so it may be full unseen: {error.reason}" for error in silent]


def _clients(line: Line, node: Store) -> Iterator[str | None]:
    info = node.fresh_info()
    clients, most = int(info["connected_clients"]), int(info.get("maxclients") or 0)
    if not most:
        raise Unobservable(f"{node}: INFO does not tell maxclients")
    yield line.limit("connections").problem(
        round(100 * clients / most, 1), of=node, hint="Who holds them? See CLIENT LIST"
    )
    if whole := int(info.get("maxmemory") or 0):
        yield line.limit("memory").problem(round(100 * int(info["used_memory"]) / whole, 1), of=node)
