"""Rates that were not kept, or only as the one who asked gave up, or by answers that were wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from reference.faults import fault
from reference.load_records import Row, retold

if TYPE_CHECKING:
    from reference.deployment import Deployment

STORE, RECALL, TRANSLATE = "AURA-9.1.2.1", "AURA-9.1.2.2", "AURA-9.1.2.3"
DURATION, SLOW = "http_req_duration", 6000.0


def touching(scenario: str) -> list[str]:
    return [f"load:aurastudio:rates:{scenario}"]


def slowed(rows: list[Row], scenario: str, chosen: Callable[[int], bool], ms: float) -> list[Row]:
    """Requests of a scenario, by their place in it, take so much longer."""
    place = 0
    for row in rows:
        if row["metric_name"] == DURATION and row["scenario"] == scenario:
            if chosen(place):
                row["metric_value"] = f"{float(row['metric_value']) + ms:.6f}"
            place += 1
    return rows


def _slow(deployment: Deployment, scenario: str, chosen: Callable[[int], bool]) -> Iterator[None]:
    return retold(deployment, "aurastudio", "rates", lambda rows: slowed(rows, scenario, chosen, SLOW))


@fault(
    name="aura-load-store-waits-for-locks",
    breaks="in the recorded load run one memory write of twenty waits six seconds for a lock",
    fails=[STORE],
    message=r"memory_store: p99 is \d+(\.\d+)? ms, want <",
    touches=touching("memory_store"),
)
def store_waits(deployment: Deployment) -> Iterator[None]:
    yield from _slow(deployment, "memory_store", lambda n: n % 20 == 0)


@fault(
    name="aura-load-store-loses-acknowledged",
    breaks="every memory write of the recorded load run was answered well, and three were not there afterwards",
    fails=[STORE],
    message=r"memory_store: lost is 3, want == 0.*\d+ were acknowledged, \d+ are there",
    touches=touching("memory_store"),
    hard=True,
)
def store_loses(deployment: Deployment) -> Iterator[None]:
    def lose(head: dict[str, Any]) -> None:
        head["stored"]["memory_store"] -= 3

    yield from retold(deployment, "aurastudio", "rates", head=lose)


@fault(
    name="aura-load-store-drops-what-is-due",
    breaks="in the recorded load run the writes that were made were quick, since a third of those due was not started",
    fails=[STORE],
    message=r"memory_store: rate is [\d.]+ req/s, want >= 100 req/s.*dropped is \d+, want == 0",
    touches=touching("memory_store"),
    hard=True,
)
def store_drops(deployment: Deployment) -> Iterator[None]:
    yield from retold(deployment, "aurastudio", "rates", lambda rows: _dropped(rows, "memory_store"))


def _dropped(rows: list[Row], scenario: str) -> list[Row]:
    """Every third request of a scenario was never sent; k6 counts it as dropped."""
    place, kept, last = 0, [], {}
    for row in rows:
        mine = row["scenario"] == scenario
        if mine and row["metric_name"] == "http_reqs":
            place += 1
        if mine and place % 3 == 0 and row["metric_name"].startswith(("http_req", "checks")):
            last = row
            continue
        kept.append(row)
    due = dict.fromkeys(rows[0], "") | {"timestamp": last["timestamp"], "scenario": scenario}
    return [
        *kept,
        *({**due, "metric_name": "dropped_iterations", "metric_value": "1.000000"} for _ in range(place // 3)),
    ]


@fault(
    name="aura-load-recall-slow",
    breaks="in the recorded load run one recall of ten waits six seconds for a free connection",
    fails=[RECALL],
    message=r"memory_recall: p99 is \d+(\.\d+)? ms, want <",
    touches=touching("memory_recall"),
)
def recall_slow(deployment: Deployment) -> Iterator[None]:
    yield from _slow(deployment, "memory_recall", lambda n: n % 10 == 0)


@fault(
    name="aura-load-recall-empty-under-pressure",
    breaks="in the recorded load run one recall of ten answers quickly, and does not bring what was stored",
    fails=[RECALL],
    message=r"memory_recall: right answers is [\d.]+ percent, want >= 99 percent.*did not bring the memory first",
    touches=touching("memory_recall"),
    hard=True,
)
def recall_empty(deployment: Deployment) -> Iterator[None]:
    def empty(rows: list[Row]) -> list[Row]:
        right = [row for row in rows if row["metric_name"] == "golive_right"]
        for row in right[::10]:
            row["metric_name"] = "golive_wrong"
        return rows

    yield from retold(deployment, "aurastudio", "rates", empty)


@fault(
    name="aura-load-recall-slow-first",
    breaks="the first sixth of the recorded load run's recalls takes six seconds, the rest none: it was cold",
    fails=[RECALL],
    message=r"memory_recall, in the slice that begins after 0 s: p99 is \d+(\.\d+)? ms",
    touches=touching("memory_recall"),
    hard=True,
)
def recall_slow_first(deployment: Deployment) -> Iterator[None]:
    yield from _slow(deployment, "memory_recall", lambda n: n < 5)


@fault(
    name="aura-load-translation-slow",
    breaks="in the recorded load run every fifth translation takes six seconds",
    fails=[TRANSLATE],
    message=r"translation: p99 is \d+(\.\d+)? ms, want <",
    touches=touching("translation"),
)
def translation_slow(deployment: Deployment) -> Iterator[None]:
    yield from _slow(deployment, "translation", lambda n: n % 5 == 0)


@fault(
    name="aura-load-translation-swapped",
    breaks="in the recorded load run one good and quick answer is in the language that another request asked for",
    fails=[TRANSLATE],
    message=r"translation: wrong language is 1, want == 0",
    touches=touching("translation"),
    hard=True,
)
def translation_swapped(deployment: Deployment) -> Iterator[None]:
    def swap(rows: list[Row]) -> list[Row]:
        one = next(r for r in rows if r["metric_name"] == "checks" and r["scenario"] == "translation")
        return [*rows, {**one, "metric_name": "golive_wrong_language", "metric_value": "1.000000", "check": ""}]

    yield from retold(deployment, "aurastudio", "rates", swap)
