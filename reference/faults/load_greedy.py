"""A tenant that takes all it gets, and what its neighbours have of it: nothing holds it back, or not everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.faults.load_rates import DURATION
from reference.load_records import Row, retold

if TYPE_CHECKING:
    from reference.deployment import Deployment

LINE, PRODUCT, RUN = "SEI-2.2.2.2.3", "seiketsu", "greedy"
TOUCHES = "load:seiketsu:greedy"
HELD_UP = 4_000_000
"""Microseconds after a bout in which ends what it held up."""


def _beside(rows: list[Row], kind: str, metric: str) -> list[Row]:
    """The neighbours' samples of a metric from the begin of each bout of the kind until a while after its end."""
    found = []
    for name in sorted({r["scenario"] for r in rows if r["scenario"].startswith(f"{kind}-")}):
        times = [int(r["timestamp"]) for r in rows if r["scenario"] == name]
        begin, end = min(times), max(times) + HELD_UP
        found += [
            r
            for r in rows
            if r["metric_name"] == metric
            and r["scenario"] in ("victims", "waiting")
            and begin <= int(r["timestamp"]) <= end
        ]
    return found


@fault(
    name="sei-greedy-limit-removed",
    breaks="in the recorded run only background jobs are limited: all other calls of the greedy tenant are answered",
    fails=[LINE],
    message=r"greedy, flood: greedy rejections is 0.*none was answered by 429: nothing holds a tenant back",
    touches=[TOUCHES],
)
def limit_removed(deployment: Deployment) -> Iterator[None]:
    def answer(rows: list[Row]) -> list[Row]:
        for row in rows:
            if row["status"] == "429" and not row["scenario"].startswith("jobs-"):
                row |= {"status": "200", "expected_response": "true"}
        return rows

    yield from retold(deployment, PRODUCT, RUN, answer)


@fault(
    name="sei-greedy-reports-hold-connections",
    breaks="in the recorded run calls are limited, and the greedy tenant's expensive figures keep the others waiting",
    fails=[LINE],
    message=r"neighbours during its reports: victim p95 is \d{2,}(\.\d+)? ratio, want <= .*what do they wait for",
    touches=[TOUCHES],
    hard=True,
)
def hold_connections(deployment: Deployment) -> Iterator[None]:
    def wait(rows: list[Row]) -> list[Row]:
        for row in _beside(rows, "reports", DURATION)[::4]:
            row["metric_value"] = f"{20_000 + float(row['metric_value']):.6f}"
        return rows

    yield from retold(deployment, PRODUCT, RUN, wait)


@fault(
    name="sei-greedy-jobs-fill-the-queue",
    breaks="in the recorded run calls are quick, and the others' reports wait behind the greedy tenant's jobs",
    fails=[LINE],
    message=r"neighbours during its jobs: victim job wait is \d{2,}(\.\d+)? ratio, want <= .*one queue for all tenants",
    touches=[TOUCHES],
    hard=True,
)
def fill_the_queue(deployment: Deployment) -> Iterator[None]:
    def wait(rows: list[Row]) -> list[Row]:
        for row in _beside(rows, "jobs", "golive_job_wait"):
            row["metric_value"] = f"{25000 + float(row['metric_value']):.6f}"
        return rows

    yield from retold(deployment, PRODUCT, RUN, wait)


@fault(
    name="sei-greedy-cache-evicts-others",
    breaks="in the recorded run nobody is slow yet, and the others find nothing in the cache that the greedy one fills",
    fails=[LINE],
    message=r"neighbours during its cache: victim hits lost is [1-9]\d+(\.\d+)? percentage points, want <= .*evicted",
    touches=[TOUCHES],
    hard=True,
)
def evicts_others(deployment: Deployment) -> Iterator[None]:
    def miss(rows: list[Row]) -> list[Row]:
        for row in _beside(rows, "cache", "golive_cached"):
            row["metric_name"] = "golive_uncached"
        return rows

    yield from retold(deployment, PRODUCT, RUN, miss)
