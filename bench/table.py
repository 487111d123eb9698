"""docs/performance.md, from what was measured."""

from __future__ import annotations

import itertools
import os
import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bench.running import Measured
from bench.sizes import CHECK_SECONDS, LATENCY, MEBIBYTES, READ_SECONDS, SECONDS, SERIES, SMOKE_SECONDS, Size


@dataclass(frozen=True)
class Row:
    """One size. `asked`: what the server counted."""

    n: int
    size: Size
    lines: int
    measured: Measured
    asked: dict[str, Any]


@dataclass(frozen=True)
class Slow:
    """Smoke without and with `latency` seconds more for each AWS call."""

    latency: float
    workers: int
    quick: Measured
    late: Measured


HEAD = """# Performance

Written by `make bench` on {date:%d %B %Y}: {cpus} cores, Python {python}, load {load:.1f} in the minute before.
AWS is moto in a process of its own on the same machine, so the time of its answers is in the figures.
Reading the results of load runs: [performance-load.md](performance-load.md).
Many tenants: [performance-tenants.md](performance-tenants.md).
Deciding over a ledger: [performance-ledger.md](performance-ledger.md).
{busy}
## Size of the account

The account of {s.security_groups:,} security groups, {s.buckets} buckets, {s.snapshots} database snapshots, {s.alarms}
alarms and {s.policies:,} policies is the first row; the others are 4 and 16 times as large. Groups, buckets and
alarms are declared in the target, so that they count. Run are the {lines} lines of {product} whose calls look at these
things, in one process. The aim for the large account is under {seconds:.0f} s and {mebibytes:.0f} MiB. The target
gives a call {read} s and a check {check} s, which only the last row comes near.

Seconds and peak memory are those of the whole pytest process, start-up and reports included. Calls, distinct calls and
further pages are counted by the server; a call beyond the distinct ones is a question asked twice. CPU is the
processor time of the suite and of the server, which other work on the machine prolongs least.
"""

BUSY = """
**The machine was busy with other work**: seconds and milliseconds are too long, by the load over the number of cores;
processor time, memory and calls are not. Measure again with `make bench` on a quiet machine.
"""
IDLE = 1.5
"""The load of a machine that does nothing else to speak of."""

SLOW = """
## Slow calls

Smoke ({s.workers} workers) through a proxy that hands each request to AWS on {latency:.0f} ms later; the aim is under
{aim:.0f} s.

| | seconds | CPU of the suite | AWS calls |
|---|--:|--:|---|
| as they are | {s.quick.seconds:.1f} | {s.quick.cpu:.1f} | {s.quick.asked} |
| {latency:.0f} ms later | {s.late.seconds:.1f} | {s.late.cpu:.1f} | {s.late.asked} |

One after the other, {calls} calls would have added {serial:.0f} s; they added {more:.0f} s. Verdicts: {verdicts}.
"""


def render(product: str, rows: list[Row], slow: Slow | None, load: float) -> str:
    """The page. `load`: the machine's, in the minute before the benchmark."""
    text = HEAD.format(
        date=datetime.now(UTC), cpus=os.cpu_count(), python=platform.python_version(), load=load,
        s=SERIES[min(SERIES)], lines=rows[0].lines if rows else 0, product=product,
        seconds=SECONDS, mebibytes=MEBIBYTES, read=READ_SECONDS, check=CHECK_SECONDS,
        busy=BUSY if load > IDLE else "",
    )  # fmt: skip
    columns = ["size", "groups", "buckets", "snapshots", "alarms", "policies", "seconds", "CPU suite + server",
               "peak MiB", "calls", "distinct", "pages", "ms a call", "verdicts"]  # fmt: skip
    text += f"\n| {' | '.join(columns)} |\n|{'--:|' * (len(columns) - 1)}---|\n"
    for row in rows:
        s, m = row.size, row.measured
        text += f"| {row.n}x | {s.security_groups:,} | {s.buckets:,} | {s.snapshots:,} | {s.alarms:,} | {s.policies:,} "
        text += f"| {m.seconds:.1f} | {m.cpu:.1f} + {row.asked['cpu']:.1f} | {m.rss:.0f} "
        text += f"| {row.asked['calls']:,} | {row.asked['distinct']:,} "
        text += f"| {row.asked['pages']} | {m.seconds / max(1, row.asked['calls']) * 1000:.0f} | {_counted(m)} |\n"
    if len(rows) > 1:
        text += "\n" + _growth(rows) + "\n"
    if rows and rows[-1].asked["repeated"]:
        text += "\nAsked more than once in the last row:\n\n"
        text += "".join(f"- {n} times `{question[:110]}`\n" for question, n in rows[-1].asked["repeated"].items())
    if slow:
        text += SLOW.format(
            s=slow, latency=slow.latency * 1000, aim=SMOKE_SECONDS, more=slow.late.seconds - slow.quick.seconds,
            serial=_calls(slow.late) * LATENCY, calls=_calls(slow.late), verdicts=_counted(slow.late),
        )  # fmt: skip
    return text


def _growth(rows: list[Row]) -> str:
    steps = []
    for before, after in itertools.pairwise(rows):
        slower = _processor(after) / _processor(before)
        calls = after.asked["calls"] / max(1, before.asked["calls"])
        steps.append(
            f"from {before.n}x to {after.n}x {slower:.1f} times the processor time for {calls:.1f} times the calls"
        )
    return f"Growth: {'; '.join(steps)}. What an account of any size costs (start-up, collection) is in all of them."


def _processor(row: Row) -> float:
    return row.measured.cpu + float(row.asked["cpu"])


def _counted(measured: Measured) -> str:
    return ", ".join(f"{n} {verdict}" for verdict, n in sorted(measured.verdicts.items()))


def _calls(measured: Measured) -> int:
    return int(measured.asked.split(" ", 1)[0] or 0)
