"""Measures the processes and publishes what it finds as the metrics of the things that the accounts say they are.

A task's figures are those of the process behind it, the database's those of the PostgreSQL servers, the cache's those
of the Redis nodes, and what users asked for is counted in the edge's log. Shares of a processor are of this machine's
processors, shares of memory of what the task may use. Golive's own calls are left out of what is counted: they are no
traffic, and their errors are provoked.
"""

from __future__ import annotations

import json
import os
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg
import redis

from reference.clients import aws_client
from reference.process import Processes
from reference.settings import Settings

WITHOUT = ("golive", "balancer-health")
"""Agents that are no users."""
Point = tuple[str, str, dict[str, str], list[float], str]
"""Namespace, name, dimensions, values, unit."""


@dataclass
class Processors:
    """How busy sets of processes are, from one look to the next."""

    spent: dict[int, float] = field(default_factory=dict)
    looked: float = field(default_factory=time.monotonic)

    def percent(self, groups: dict[str, list[int]]) -> dict[str, float]:
        """Group to its share of the machine's processors since the last call, in percent."""
        now, known = time.monotonic(), {}
        elapsed, self.looked = max(0.001, now - self.looked), now
        found: dict[str, float] = {}
        for name, pids in groups.items():
            used = 0.0
            for pid in pids:
                try:
                    times = psutil.Process(pid).cpu_times()
                except psutil.Error:
                    continue
                known[pid] = times.user + times.system
                used += max(0.0, known[pid] - self.spent.get(pid, known[pid]))
            found[name] = min(100.0, 100 * used / elapsed / (os.cpu_count() or 1))
        self.spent = known
        return found


@dataclass
class Log:
    """The lines that were added to the edge's log since the last look."""

    path: Path
    offset: int = 0

    def fresh(self) -> list[dict[str, Any]]:
        if not self.path.exists():
            return []
        size = self.path.stat().st_size
        with self.path.open("rb") as file:
            file.seek(self.offset if size >= self.offset else 0)
            text = file.read()
        whole = text.rfind(b"\n") + 1
        self.offset = (self.offset if size >= self.offset else 0) + whole
        found = []
        for line in text[:whole].splitlines():
            try:
                found.append(json.loads(line))
            except ValueError:
                continue
        return found


@dataclass
class Measuring:
    """One for all turns."""

    settings: Settings
    processors: Processors = field(default_factory=Processors)
    names: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        bearer = {"Authorization": f"Bearer {self.settings.control_token}"}
        self.control = httpx.Client(base_url=self.settings.control_url, headers=bearer, timeout=10, trust_env=False)
        self.log = Log(Path(self.settings.nginx_access_log))

    def publish(self) -> None:
        """Look at everything once and put it. Raises httpx.HTTPError, botocore errors, psycopg.Error, RedisError."""
        # Not /status, which probes every part and reads the pages of every process: half a second of a processor.
        parts = self.control.get("/processes").raise_for_status().json()["parts"]
        busy = self.processors.percent(parts)
        lines = self.log.fresh()
        for product in self.settings.products:
            names = self._named(product)
            points = [
                *self._tasks(names, parts, busy),
                *self._database(product, names, busy),
                *self._cache(names, busy),
                *self._traffic(product, names, lines),
            ]
            self._put(product, points)

    def _named(self, product: str) -> dict[str, Any]:
        """What the account calls its things; looked up once."""
        if product not in self.names:
            ecs, elb = aws_client(self.settings, product, "ecs"), aws_client(self.settings, product, "elbv2")
            cluster = ecs.list_clusters()["clusterArns"][0].rpartition("/")[2]
            arns = ecs.list_tasks(cluster=cluster)["taskArns"]
            tasks = ecs.describe_tasks(cluster=cluster, tasks=arns, include=["TAGS"])["tasks"]
            balancer = elb.describe_load_balancers()["LoadBalancers"][0]["LoadBalancerArn"]
            databases = aws_client(self.settings, product, "rds").describe_db_instances()["DBInstances"]
            groups = aws_client(self.settings, product, "elasticache").describe_replication_groups()
            self.names[product] = {
                "cluster": cluster,
                "tasks": [_task(t) for t in tasks],
                "balancer": balancer.partition(":loadbalancer/")[2],
                "databases": [(d["DBInstanceIdentifier"], d["AllocatedStorage"] * 2**30) for d in databases],
                "nodes": groups["ReplicationGroups"][0]["MemberClusters"],
            }
        return self.names[product]

    def _tasks(self, names: dict[str, Any], parts: dict[str, list[int]], busy: dict[str, float]) -> list[Point]:
        found: list[Point] = []
        processes, every = Processes(), {pid for pids in parts.values() for pid in pids}
        by_service: dict[str, list[tuple[float, float]]] = defaultdict(list)
        for task, service, process, memory in names["tasks"]:
            if process not in parts:
                continue
            figures = busy[process], min(100.0, 100 * processes.memory(parts[process], every) / memory)
            by_service[service].append(figures)
            where = {"ClusterName": names["cluster"], "TaskId": task}
            for name, value in zip(("TaskCpuUtilization", "TaskMemoryUtilization"), figures, strict=True):
                found.append(("ECS/ContainerInsights", name, where, [value], "Percent"))
        for service, all_ in by_service.items():
            where = {"ClusterName": names["cluster"], "ServiceName": service}
            for number, name in enumerate(("CPUUtilization", "MemoryUtilization")):
                found.append(("AWS/ECS", name, where, [figures[number] for figures in all_], "Percent"))
        return found

    def _database(self, product: str, names: dict[str, Any], busy: dict[str, float]) -> list[Point]:
        found: list[Point] = []
        for (identifier, storage), replica in zip(sorted(names["databases"]), (False, True), strict=False):
            dsn = self.settings.postgres.superuser_dsn(self.settings.products[product].database.name, replica=replica)
            with psycopg.connect(dsn, connect_timeout=5) as connection:
                row = connection.execute(
                    "select (select count(*) from pg_stat_activity where datname = current_database()),"
                    " pg_database_size(current_database()),"
                    " coalesce(extract(epoch from now() - pg_last_xact_replay_timestamp()), 0),"
                    " pg_last_wal_receive_lsn() is not distinct from pg_last_wal_replay_lsn()"
                ).fetchone()
            assert row is not None
            where = {"DBInstanceIdentifier": identifier}
            cpu = busy.get("replica" if replica else "postgres", 0.0)
            found += [
                ("AWS/RDS", "CPUUtilization", where, [cpu], "Percent"),
                ("AWS/RDS", "DatabaseConnections", where, [float(row[0])], "Count"),
                ("AWS/RDS", "FreeStorageSpace", where, [float(storage - row[1])], "Bytes"),
            ]
            if replica:
                found.append(("AWS/RDS", "ReplicaLag", where, [0.0 if row[3] else float(row[2])], "Seconds"))
        return found

    def _cache(self, names: dict[str, Any], busy: dict[str, float]) -> list[Point]:
        found: list[Point] = []
        settings = self.settings.redis
        memory = psutil.virtual_memory().total
        for member, node in zip(sorted(names["nodes"]), settings.nodes, strict=False):
            with redis.Redis("127.0.0.1", node.port, password=settings.password, socket_timeout=3) as client:
                info: dict[str, Any] = client.info()  # type: ignore[assignment]
            where, whole = {"CacheClusterId": member}, info.get("maxmemory") or memory
            share = busy.get("redis", 0.0) / len(settings.nodes)
            found += [
                ("AWS/ElastiCache", "CPUUtilization", where, [share], "Percent"),
                (
                    "AWS/ElastiCache",
                    "DatabaseMemoryUsagePercentage",
                    where,
                    [100 * info["used_memory"] / whole],
                    "Percent",
                ),
                ("AWS/ElastiCache", "CurrConnections", where, [float(info["connected_clients"])], "Count"),
            ]
        return found

    def _traffic(self, product: str, names: dict[str, Any], lines: list[dict[str, Any]]) -> list[Point]:
        """What users asked of the API, beside the visitors that the publisher tells of."""
        own = [x for x in lines if x.get("product") == product and not str(x.get("agent", "")).startswith(WITHOUT)]
        if not own:
            return []
        where = {"LoadBalancer": names["balancer"]}
        counts = {
            "RequestCount": len(own),
            "HTTPCode_Target_2XX_Count": sum(200 <= x["status"] < 300 for x in own),
            "HTTPCode_Target_4XX_Count": sum(400 <= x["status"] < 500 for x in own),
            "HTTPCode_Target_5XX_Count": sum(x["status"] >= 500 and not _by_balancer(x) for x in own),
            "HTTPCode_ELB_5XX_Count": sum(_by_balancer(x) for x in own),
        }
        found: list[Point] = [
            ("AWS/ApplicationELB", name, where, [float(n)], "Count") for name, n in counts.items() if n
        ]
        times = [t for x in own for t in [_seconds(x.get("upstream_time", ""))] if t is not None][-100:]
        if times:
            found.append(("AWS/ApplicationELB", "TargetResponseTime", where, times, "Seconds"))
        return found

    def _put(self, product: str, points: list[Point]) -> None:
        by_namespace: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for namespace, name, where, values, unit in points:
            dimensions = [{"Name": k, "Value": v} for k, v in where.items()]
            by_namespace[namespace].append(
                {"MetricName": name, "Dimensions": dimensions, "Values": values, "Unit": unit}
            )
        cloudwatch = aws_client(self.settings, product, "cloudwatch", "admin")
        for namespace, data in by_namespace.items():
            cloudwatch.put_metric_data(Namespace=namespace, MetricData=data)


def _task(task: dict[str, Any]) -> tuple[str, str, str, float]:
    """Its id, service, process, and the bytes of memory that it may use."""
    instance = next((t["value"] for t in task.get("tags", []) if t["key"] == "instance"), "")
    process = "worker" if "-worker-" in instance else "edge" if "-web-" in instance else instance
    service = str(task.get("group", "")).partition(":")[2]
    return task["taskArn"].rpartition("/")[2], service, process, float(task.get("memory") or 1024) * 2**20


def _by_balancer(line: dict[str, Any]) -> bool:
    """Whether the edge made the error: nothing behind it answered, or not in time."""
    return bool(
        line["status"] in (502, 504) or (line["status"] >= 500 and line.get("upstream_status", "-") in ("", "-"))
    )


def _seconds(text: str) -> float | None:
    """The time of the last upstream that was asked, as nginx writes it."""
    last = str(text).rpartition(",")[2].strip()
    try:
        return float(last)
    except ValueError:
        return None
