"""How a target's lines went over its last runs, as the report shows it: pure, from the ledger's rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from golive.history.statistics import Course, courses, slower
from golive.verdict import Verdict

RUNS = 40
"""Runs that are shown, the newest."""
VERDICTS = 12_000
"""Verdicts that are read for it, the newest of the ledger: twenty whole runs, or many of a selection."""


@dataclass(frozen=True, slots=True)
class Ran:
    """One run: its lines' verdicts, of those whose check ran."""

    started: datetime
    release: str
    verdicts: Mapping[str, Verdict]

    @property
    def counts(self) -> Counter[Verdict]:
        """Verdict to the number of lines."""
        return Counter(self.verdicts.values())


@dataclass(frozen=True, slots=True)
class Overview:
    """What the report says of the runs before, and of this one."""

    runs: tuple[Ran, ...]
    """Oldest first."""
    troubled: tuple[Course, ...]
    """Lines that failed in one of them or flip, those that fail now first, then by flips."""
    slower: tuple[tuple[Course, float], ...]
    """Lines whose check takes longer than it did, and how many times as long."""
    never: tuple[str, ...]
    """Lines that never passed on this target, in no release."""
    lines: int
    """How many lines there are of the products."""


def overview(rows: Iterable[Mapping[str, Any]], never: Sequence[str], lines: int) -> Overview:
    """Return it for one target. `rows` as `Ledger.recent` returns them: oldest first."""
    by: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        if row["attempted"]:
            by.setdefault(row["run"], []).append(row)
    kept = sorted(by.values(), key=lambda mine: str(mine[0]["at"]))[-RUNS:]
    found = courses(row for mine in kept for row in mine)
    troubled = [c for c in found if c.flips or Verdict.FAILED in c.verdicts]
    return Overview(
        tuple(_ran(mine) for mine in kept),
        tuple(sorted(troubled, key=lambda c: (c.verdicts[-1] is not Verdict.FAILED, -c.flips, c.line))),
        tuple(slower(found)), tuple(never), lines,
    )  # fmt: skip


def _ran(rows: Sequence[Mapping[str, Any]]) -> Ran:
    releases = dict.fromkeys(f"{r['version']} ({r['commit'][:7]})" for r in rows)
    verdicts = {r["line"]: Verdict(r["verdict"]) for r in rows}
    return Ran(datetime.fromisoformat(rows[0]["at"]), ", ".join(releases), verdicts)
