"""The database while a thousand users are served: connections, deadlocks, locks, replicas, statements."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from fixtures.load import LoadRun, LoadRuns
from golive.catalogue import Line
from golive.judging import conclude
from golive.load.sampling import Sample
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.verdict import Unobservable
from tests.judges.load_database import connections, gained, mean_statement, most, within
from tests.performance.loaded import evidence

pytestmark = [pytest.mark.disrupts(or_record=True), pytest.mark.timeout(7200)]
RUN = "levels"
INTERVAL = 5.0
"""Seconds that two looks at the database may lie apart, unless the line has a limit of its own."""


def _seen(run: LoadRun, most_apart: float) -> Sequence[Sample]:
    """Samples over all phases that the run had, ramps included."""
    phases = run.artefact.run.phases
    begin = run.artefact.run.started.timestamp() + min(p.begins for p in phases)
    end = run.artefact.run.started.timestamp() + max(p.begins + p.ramp + p.seconds for p in phases)
    return within(run.samples().database, begin, end, most_apart, f"{run}")


@verifies("AURA-9.1.3.3")
def test_the_database_stays_healthy_under_load(line: Line, load_runs: LoadRuns, target: ProductTarget) -> None:
    run = evidence(load_runs, RUN, line, target)
    interval = line.limit("sample_interval").value
    assert isinstance(interval, (int, float))
    samples, of = _seen(run, interval), f"database during {run}"
    if not max(s.replicas for s in samples):
        raise Unobservable(
            f"{of}: no replica was connected, so none could lag", "Does the role see pg_stat_replication?"
        )
    used = round(connections(samples), 1)
    problems = [
        line.limit("connections").problem(used, of=of, hint="Pools of all instances together must leave a reserve"),
        line.limit("deadlocks").problem(
            gained(samples, "deadlocks"), of=of, hint="Retried or not: look for statements that lock in another order"
        ),
        line.limit("lag").problem(most(samples, "replica_lag"), of=of, hint="What do replicas wait for?"),
    ]
    conclude(problems)


@verifies("SEI-1.3.1.3.4")
def test_statements_connections_and_locks_stay_within_limits(
    line: Line, load_runs: LoadRuns, target: ProductTarget
) -> None:
    run = evidence(load_runs, RUN, line, target)
    samples, of = _seen(run, INTERVAL), f"database during {run}"
    idle = most(samples, "longest_idle_in_transaction")
    hint = "Each holds a connection of the pool: what do requests wait for between two statements?"
    problems = [
        line.limit("mean").problem(round(mean_statement(samples, of), 2), of=of, hint="See pg_stat_statements"),
        line.limit("connections").problem(round(connections(samples), 1), of=of),
        line.limit("deadlocks").problem(gained(samples, "deadlocks"), of=of),
        line.limit("lock_wait").problem(most(samples, "longest_lock_wait"), of=of, hint="See pg_blocking_pids"),
        line.limit("idle_in_transaction").problem(idle, of=of, hint=hint),
        line.limit("replica_lag").problem(most(samples, "replica_lag"), of=of),
    ]
    conclude(problems)
