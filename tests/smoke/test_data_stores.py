"""The data stores right now: they take writes, replicate, and have room."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fixtures.aws.rds import Database as ManagedDatabase
from fixtures.metrics.plugin import SeriesReader
from fixtures.postgres import Database
from fixtures.postgres.vitals import Vitals
from fixtures.redis import Store
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.verdict import Unobservable
from tests.judges.cache import memory_percent, online_replicas
from tests.judges.vitals import lag_seconds, percent_of, replication_problems


@verifies("SEI-3.1.1.1.4")
@pytest.mark.smoke
def test_data_stores_take_writes_and_have_room(
    line: Line,
    target: ProductTarget,
    database: Database,
    app_database: Database,
    redis_primary: Store,
    rds: ManagedDatabase,
    metrics: SeriesReader,
) -> None:
    assert target.postgres
    before = redis_primary.fresh_info()
    conclude(
        [
            *_writes(line, app_database),
            *_database(line, database, len(target.postgres.replicas)),
            _storage(line, rds, metrics),
            *_cache(line, redis_primary, before),
        ]
    )


def _writes(line: Line, database: Database) -> list[str | None]:
    """On what refuses writes of the application: a replica, or sessions that begin read only."""
    vitals, found = Vitals(database), list[str | None]()
    if vitals.in_recovery:
        found.append(f"{database}: is a replica in recovery and refuses writes. Did the endpoint follow the failover?")
    if vitals.sessions_read_only:
        found.append(f"{database}: new sessions have default_transaction_read_only on. Who set it, and where?")
    return [line.limit("read_only_writers").problem(len(found), of=database), *found]


def _database(line: Line, database: Database, replicas: int) -> list[str | None]:
    vitals = Vitals(database)
    found: list[str | None] = [
        line.limit("connections").problem(vitals.connections, of=database),
        line.limit("longest_transaction").problem(vitals.longest_transaction, of=database),
        line.limit("transaction_id_age").problem(vitals.transaction_age, of=database),
        *replication_problems(vitals.replication, replicas),
    ]
    return found + [
        line.limit("replica_lag").problem(lag_seconds(r), of=f"replica {r['name']}") for r in vitals.replication
    ]


def _storage(line: Line, rds: ManagedDatabase, metrics: SeriesReader) -> str | None:
    writer = rds.writer
    free = metrics.series("database_free_storage", timedelta(minutes=30), "Minimum").newest.value
    if not writer.storage:
        raise Unobservable(f"{writer}: its allocated storage is not told")
    hint = "Writes stop when it is full. Give it more storage"
    return line.limit("free_disk").problem(percent_of(free, writer.storage), of=writer, hint=hint)


def _cache(line: Line, store: Store, before: dict[str, object]) -> list[str | None]:
    info = store.fresh_info()
    used = memory_percent(info)
    if used is None:
        raise Unobservable(f"{store}: INFO tells no maxmemory")
    observed(store, "memory", round(used, 2), source="Redis INFO", unit="percent")
    rejected = int(info["rejected_connections"]) - int(str(before["rejected_connections"]))
    return [
        f"{store}: is a {info['role']} and refuses writes" if info["role"] != "master" else None,
        line.limit("online_replicas").problem(len(online_replicas(info)), of=store),
        line.limit("cache_memory").problem(used, of=store),
        line.limit("rejected_connections").problem(rejected, of=store),
    ]
