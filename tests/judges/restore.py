"""What a restore showed: whether there was a copy, and whether it is the source as it was. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Protocol

DAY = timedelta(days=1)
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(seconds?|s|minutes?|min|hours?|h)\b", re.I)
_UNITS = {"s": 1 / 60, "m": 1.0, "h": 60.0}


class Table(Protocol):
    """Rows of the copy; rows of the source that the copy must have; how many of these it has not."""

    @property
    def rows(self) -> int: ...
    @property
    def compared(self) -> int: ...
    @property
    def missing(self) -> int: ...


class Facts(Protocol):
    """See fixtures/aws/restore_drill.py."""

    @property
    def source(self) -> str: ...
    @property
    def backup(self) -> str: ...
    @property
    def problem(self) -> str: ...
    @property
    def archive(self) -> list[str]: ...
    @property
    def marker_before(self) -> bool | None: ...
    @property
    def marker_after(self) -> bool | None: ...
    @property
    def tables(self) -> dict[str, Table]: ...
    @property
    def differences(self) -> list[str]: ...
    @property
    def searches(self) -> dict[str, list[int]]: ...


def no_copy(facts: Facts) -> list[str]:
    """Return why there is no copy to judge; empty when there is one."""
    if facts.archive:
        return list(facts.archive)
    if facts.problem:
        return [f"{facts.source} could not be restored from {facts.backup}: {facts.problem}"]
    if not any(table.compared for table in facts.tables.values()):
        return [
            f"the copy of {facts.source} from {facts.backup} was compared in no row: {len(facts.tables)} tables, none "
            "with a row from before the backup"
        ]
    return []


def table_problems(facts: Facts) -> list[str]:
    """Return a sentence for each table whose rows are not the source's."""
    return [
        f"table {name} in the copy of {facts.source} from {facts.backup}: {table.missing} of {table.compared} rows are "
        f"missing or differ (the copy has {table.rows}). The backup does not hold what the source held then"
        for name, table in sorted(facts.tables.items())
        if table.missing
    ]


def matching_percent(facts: Facts) -> float:
    """Return how many percent of the tables hold what they must."""
    good = sum(not table.missing for table in facts.tables.values())
    return 100.0 * good / len(facts.tables)


def structure_problems(facts: Facts) -> list[str]:
    """Return differences of structure, roles and rights, and searches that do not work in the copy."""
    found = [f"copy of {facts.source} from {facts.backup}: {text}" for text in facts.differences]
    for column, (wanted, yielded) in sorted(facts.searches.items()):
        if yielded < 0 or yielded != wanted:
            seen = "fails" if yielded < 0 else f"yields {yielded} of the {wanted} rows that are nearest"
            found.append(f"copy of {facts.source} from {facts.backup}: the search by {column} {seen}")
    return found


def wrong_markers(facts: Facts) -> list[str]:
    """Return what is wrong with the two rows that were committed before and after the moment."""
    found = []
    if facts.marker_before is not True:
        found.append(f"the copy of {facts.source} lacks the row that was committed before the moment ({facts.backup})")
    if facts.marker_after is not False:
        found.append(f"the copy of {facts.source} has the row that was committed after the moment ({facts.backup})")
    return found


def all_differences(facts: Facts) -> list[str]:
    """Return everything in which the copy is not the source at the moment, the markers apart."""
    return table_problems(facts) + structure_problems(facts)


def gaps(moments: Sequence[datetime], now: datetime, days: float) -> list[tuple[timedelta, datetime]]:
    """Return the gaps between neighbours of the last `days`, and to now, each with its beginning. Needs a moment."""
    ordered = sorted(moments)
    older = [m for m in ordered if m < now - days * DAY]
    window = older[-1:] + [m for m in ordered if m >= now - days * DAY]
    return [(b - a, a) for a, b in pairwise([*window, now])]


def missed_days(found: Sequence[tuple[timedelta, datetime]]) -> int:
    """Return how many daily backups the gaps leave out."""
    return sum(max(0, round(gap / DAY) - 1) for gap, _ in found)


@dataclass(frozen=True)
class Guide:
    """What a page says of setting the database back: minutes that it takes, minutes of data that it costs."""

    minutes: float | None
    loss: float | None
    criteria: bool
    keeps_source: bool


def read_guide(text: str) -> Guide:
    """Find the figures and rules in a page's text."""
    lines = text.splitlines()
    return Guide(
        minutes=_duration(lines, r"\b(time|takes?|duration|RTO)\b"),
        loss=_duration(lines, r"\b(lost|loss|lose|RPO|behind)\b"),
        criteria=_section(lines, r"\b(when|criteria|decision|decide)\b"),
        keeps_source=bool(
            re.search(r"\b(new|other|separate|second) (database |RDS )?instance\b|never overw", text, re.I)
        ),
    )


def guide_problems(guide: Guide, page: str) -> list[str]:
    """Return what the page leaves open."""
    found = []
    if guide.minutes is None:
        found.append(f"{page} does not say how long a restore takes. Write down the measured time")
    if guide.loss is None:
        found.append(f"{page} does not say how much data a restore costs. Write down how far back it goes")
    if not guide.criteria:
        found.append(f"{page} has no section that says when the database is set back, and who decides")
    if not guide.keeps_source:
        found.append(f"{page} does not restore to a new instance: the source must stay as it is until that is decided")
    return found


def _duration(lines: Sequence[str], about: str) -> float | None:
    """The first duration in minutes on a line about something."""
    for line in lines:
        if re.search(about, line, re.I) and (found := _DURATION.search(line)):
            return float(found[1]) * _UNITS[found[2][0].lower()]
    return None


def _section(lines: Sequence[str], about: str) -> bool:
    """Whether there is a heading about something with text below it."""
    for number, line in enumerate(lines):
        if line.startswith("#") and re.search(about, line, re.I):
            below = "\n".join(lines[number + 1 :])
            return bool(re.split(r"^#", below, maxsplit=1, flags=re.M)[0].strip())
    return False
