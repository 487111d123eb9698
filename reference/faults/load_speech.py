"""Speech under load that comes late or not at all, and operations that are well alone and not together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.faults.load_rates import slowed, touching
from reference.load_records import Row, retold

if TYPE_CHECKING:
    from reference.deployment import Deployment

SPEECH, TOGETHER = "AURA-9.1.2.4", "AURA-9.1.2.5"
FIRST, MIXED = "golive_first_audio", "load:aurastudio:mixed"


def _late(rows: list[Row], each: int, ms: float) -> list[Row]:
    for row in [r for r in rows if r["metric_name"] == FIRST][::each]:
        row["metric_value"] = f"{ms + float(row['metric_value']):.6f}"
    return rows


@fault(
    name="aura-load-speech-waits-for-a-worker",
    breaks="in the recorded load run every third who speaks waits nine seconds for a worker",
    fails=[SPEECH],
    message=r"speech: first audio p95 is \d{4,}(\.\d+)? ms, want <",
    touches=touching("speech"),
)
def waits_for_a_worker(deployment: Deployment) -> Iterator[None]:
    yield from retold(deployment, "aurastudio", "rates", lambda rows: _late(rows, 3, 9000))


@fault(
    name="aura-load-speech-closed-early",
    breaks="the recorded load run kept its rate of speech since every fourth session was closed at once, by code 1000",
    fails=[SPEECH],
    message=r"speech: error rate is [\d.]+ percent, want <= 2 percent.*\d+ of \d+ sessions ended without",
    touches=touching("speech"),
    hard=True,
)
def closed_early(deployment: Deployment) -> Iterator[None]:
    def close(rows: list[Row]) -> list[Row]:
        for row in [r for r in rows if r["metric_name"] == FIRST][::4]:
            row |= {"metric_name": "golive_failed_sessions", "metric_value": "1.000000"}
        return rows

    yield from retold(deployment, "aurastudio", "rates", close)


@fault(
    name="aura-load-mixed-shares-one-pool",
    breaks="in the recorded mixed run all wait for one small pool: each tenth call of each operation takes six seconds",
    fails=[TOGETHER],
    message=r"mixed.*memory_store: p99 is \d{4,}(\.\d+)? ms, want <.*translation: p99 is \d{4,}(\.\d+)? ms",
    touches=[MIXED],
)
def one_pool(deployment: Deployment) -> Iterator[None]:
    def wait(rows: list[Row]) -> list[Row]:
        for scenario in ("memory_store", "memory_recall", "translation"):
            rows = slowed(rows, scenario, lambda n: n % 10 == 3, 6000)
        return rows

    yield from retold(deployment, "aurastudio", "mixed", wait)


@fault(
    name="aura-load-mixed-starves-speech",
    breaks="in the recorded mixed run the many cheap calls are quick, and each tenth who speaks waits for nine seconds",
    fails=[TOGETHER],
    message=r"mixed.*speech: speech first audio p95 is \d{4,}(\.\d+)? ms, want <",
    touches=[MIXED],
    hard=True,
)
def starves_speech(deployment: Deployment) -> Iterator[None]:
    yield from retold(deployment, "aurastudio", "mixed", lambda rows: _late(rows, 8, 9000))


@fault(
    name="aura-load-mixed-slows-recall",
    breaks="in the recorded mixed run recalls keep their own limit, and are many times slower than alone",
    fails=[TOGETHER],
    message=r"mixed.*memory_recall: slowdown is \d{3,}(\.\d+)? percent, want <=.*ms together and \d+ ms alone",
    touches=[MIXED],
    hard=True,
)
def slows_recall(deployment: Deployment) -> Iterator[None]:
    yield from retold(
        deployment, "aurastudio", "mixed", lambda rows: slowed(rows, "memory_recall", lambda n: n % 10 == 3, 4000)
    )
