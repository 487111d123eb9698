"""Replicas that answer, and do not show what the primary holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import psycopg

from reference.faults import fault
from reference.faults.database import REPLICA, SERVER, STORES, VITALS, wait_for

if TYPE_CHECKING:
    from reference.deployment import Deployment

LAGGING = 6
"""Seconds of lag at which all who look at it find it too much."""
BEHIND = r"replica replica_1: (replica )?lag is ([6-9]|\d\d)"


def _on_replica(deployment: Deployment, *statements: str) -> None:
    dsn = deployment.settings.postgres.superuser_dsn(replica=True)
    with psycopg.connect(dsn, autocommit=True, connect_timeout=5) as connection:
        for statement in statements:
            connection.execute(statement)


def _lag(deployment: Deployment) -> float:
    """Seconds, after something new was logged that the replica has to replay."""
    with deployment.sql() as connection:
        connection.execute("select pg_logical_emit_message(true, 'fault', 'tick')")
        row = connection.execute("select coalesce(extract(epoch from max(replay_lag)), 0) from pg_stat_replication")
        found = row.fetchone()
    return float(found[0]) if found else 0.0


def _caught_up(deployment: Deployment) -> bool:
    with deployment.sql() as connection:
        row = connection.execute("select bool_and(replay_lsn >= pg_current_wal_flush_lsn()) from pg_stat_replication")
        found = row.fetchone()
    return bool(found and found[0])


@fault(
    name="aura-replica-replay-paused",
    breaks="the replica streams and answers, and its replay is paused",
    fails=[REPLICA, VITALS, STORES],
    message={REPLICA: r"replica 1 at .*not there after 3 s; its replay is paused", VITALS: BEHIND, STORES: BEHIND},
    touches=[SERVER],
    hard=True,
)
def replay_paused(deployment: Deployment) -> Iterator[None]:
    _on_replica(deployment, "select pg_wal_replay_pause()")
    try:
        wait_for("the lag is seen", lambda: _lag(deployment) > LAGGING)
        yield
    finally:
        _on_replica(deployment, "select pg_wal_replay_resume()")
        wait_for("the replica has caught up", lambda: _caught_up(deployment))


@fault(
    name="aura-replica-delayed",
    breaks="the replica applies what it got two seconds late, as one that is kept against mistakes",
    fails=[REPLICA],
    message=r"replica 1 at .*: replication delay is (1\.[5-9]|2)\d*(\.\d+)? s",
    touches=[SERVER],
    hard=True,
)
def delayed(deployment: Deployment) -> Iterator[None]:
    reload = "select pg_reload_conf()"
    _on_replica(deployment, "alter system set recovery_min_apply_delay = '2s'", reload)
    try:
        yield
    finally:
        _on_replica(deployment, "alter system reset recovery_min_apply_delay", reload)
        wait_for("the replica has caught up", lambda: _caught_up(deployment))


@fault(
    name="aura-replica-name-leads-to-primary",
    breaks="the reader's name leads to the primary",
    fails=[REPLICA, VITALS, "AURA-10.3.1.2"],
    message={
        REPLICA: r"replica 1 at .*: is not in recovery, so it is no replica",
        VITALS: r"is not in recovery: it replicates from nobody",
        "AURA-10.3.1.2": r"replica 1 at .*so it is no replica",
    },
    touches=["target:replica"],
    hard=True,
)
def name_leads_to_primary(deployment: Deployment) -> Iterator[None]:
    settings, product = deployment.settings, "aurastudio"
    database = settings.products[product].database
    settings.secret_file(f"{product}/postgres/replica", database.dsn("reader"))
    try:
        yield
    finally:
        settings.secret_file(f"{product}/postgres/replica", database.dsn("reader", replica=True))
