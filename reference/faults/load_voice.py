"""A voice that is slow under load, and ways to hide that."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.faults.load_speech import FIRST
from reference.load_records import Row, retold

if TYPE_CHECKING:
    from reference.deployment import Deployment

LINE = "SEI-1.3.1.3.2"
TOUCHES = ["load:seiketsu:voice"]


def _heard(rows: list[Row]) -> list[Row]:
    return [r for r in rows if r["metric_name"] == FIRST]


@fault(
    name="sei-load-voice-waits-for-a-session",
    breaks="in the recorded load run each sixth who is spoken to waits four seconds for one of the few voice sessions",
    fails=[LINE],
    message=r"voice: p95 is [4-9]\.\d+ s, want < 2 s",
    touches=TOUCHES,
)
def waits(deployment: Deployment) -> Iterator[None]:
    def wait(rows: list[Row]) -> list[Row]:
        for row in _heard(rows)[::6]:
            row["metric_value"] = f"{4000 + float(row['metric_value']):.6f}"
        return rows

    yield from retold(deployment, "seiketsu", "voice", wait)


@fault(
    name="sei-load-voice-leaves-out-timeouts",
    breaks="the recorded load run measured those alone who heard something: each eighth gave up, and is in no figure",
    fails=[LINE],
    message=r"voice: p95 is inf s, want < 2 s.*[1-9]\d* of \d+ who were spoken to heard nothing",
    touches=TOUCHES,
    hard=True,
)
def leaves_out(deployment: Deployment) -> Iterator[None]:
    def drop(rows: list[Row]) -> list[Row]:
        gone = {id(r) for r in _heard(rows)[::8]}
        return [r for r in rows if id(r) not in gone]

    yield from retold(deployment, "seiketsu", "voice", drop)


@fault(
    name="sei-load-voice-from-the-cache",
    breaks="nearly all sentences of the recorded load run had been said before, and came from a cache",
    fails=[LINE],
    message=r"voice: \d of \d+ sentences were new, and a percentile needs",
    touches=TOUCHES,
    hard=True,
)
def cached(deployment: Deployment) -> Iterator[None]:
    def known(rows: list[Row]) -> list[Row]:
        for row in _heard(rows)[2:]:
            row |= {"metric_name": "golive_cached_sessions", "metric_value": "1.000000"}
        return rows

    yield from retold(deployment, "seiketsu", "voice", known)
