"""Judges procedures and schedules: each step can be done, by somebody, in time. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime

from fixtures.documents.duties import minutes
from fixtures.documents.markdown import Section
from tests.judges.documents import empty_cell

_TIME = re.compile(r"\btime\s*:\s*([^.;]*)", re.IGNORECASE)
STEP = {
    "command": re.compile(r"\b(aws|psql|redis-cli|kubectl|terraform|python|curl|docker|celery) \S"),
    "expected outcome": re.compile(r"\bexpect", re.IGNORECASE),
    "owner": re.compile(r"\bowner\s*:?\s*\w", re.IGNORECASE),
}
"""What a step has, and how it is known."""
SCHEDULE = {
    "time": ("time", "when"), "step": ("step", "what", "action"), "owner": ("owner", "who"),
    "dependency": ("after", "depend", "needs"), "check": ("check", "verif"), "abort point": ("stop", "abort", "back"),
}  # fmt: skip
"""What a column of a schedule is known by."""


def step_problems(scenario: Section, most: float | None) -> list[str]:
    """Say what steps of a scenario lack, and whether they take longer in all than `most` minutes."""
    problems, whole = [], 0.0
    for number, step in enumerate(scenario.steps, 1):
        lacking = [name for name, pattern in STEP.items() if not pattern.search(step)]
        said = _TIME.search(step)
        span = minutes(said[1]) if said else None
        if span is None:
            lacking.append("time")
        whole += span or 0
        if lacking:
            problems.append(f"'{scenario.heading}', step {number} has no {', no '.join(lacking)}")
    if most is not None and whole > most:
        problems.append(f"'{scenario.heading}' takes {whole:g} min by its steps, more than the RTO of {most:g} min")
    return problems


def rehearsed(report: Section, scenarios: Iterable[str]) -> dict[str, str]:
    """Return scenario to why its rehearsal does not count, by the table of a report (`scenario`, `outcome`)."""
    rows = [row for part in report.walk() for rows in part.tables for row in rows]
    outcomes = {_cell(row, ("scenario",)).casefold(): _cell(row, ("outcome", "result")) for row in rows}
    found = {}
    for scenario in scenarios:
        outcome = outcomes.get(scenario.casefold())
        if outcome is None:
            found[scenario] = "was not rehearsed"
        elif not re.match(r"(passed|succe|ok\b|done)", outcome, re.IGNORECASE):
            found[scenario] = f"ended as '{outcome}'"
    return found


def dates(section: Section) -> list[date]:
    """Return the days that a section names, each once."""
    found = [date.fromisoformat(day) for day in re.findall(r"\b\d{4}-\d{2}-\d{2}\b", section.whole_text)]
    return list(dict.fromkeys(found))


def schedule_rows(plan: Section) -> list[dict[str, str]]:
    """Return the rows of the first table with a time and an owner, by the words of `SCHEDULE`."""
    for part in plan.walk():
        for rows in part.tables:
            found = [{word: _cell(row, names) for word, names in SCHEDULE.items()} for row in rows]
            if rows and all(any(n in h for h in rows[0] for n in SCHEDULE[word]) for word in ("time", "step")):
                return found
    return []


def incomplete(rows: Iterable[Mapping[str, str]]) -> list[str]:
    """Say which rows of a schedule leave out what."""
    found = []
    for row in rows:
        lacking = [word for word in SCHEDULE if empty_cell(row[word])]
        if row["time"] and moment(row["time"]) is None:
            lacking.append("time with its zone")
        if lacking:
            found.append(f"'{row['step'] or row['time']}' has no {', no '.join(lacking)}")
    return found


def order_problems(rows: Iterable[Mapping[str, str]], day: date | None) -> list[str]:
    """Say which times go back, or are on another day than the launch."""
    found, last = [], None
    for row in rows:
        at = moment(row["time"])
        if at is None:
            continue
        if last is not None and at < last:
            found.append(f"'{row['step']}' is at {row['time']}, before the step above it")
        if day is not None and at.date() != day:
            found.append(f"'{row['step']}' is on {at.date()}, the launch is on {day}")
        last = at
    return found


def moment(text: str) -> datetime | None:
    """A time with its zone, None for one without: `2026-12-01T08:00Z`, `2026-12-01 08:00 UTC`."""
    try:
        found = datetime.fromisoformat(re.sub(r"\s*(UTC|GMT)$", "+00:00", text.strip()))
    except ValueError:
        return None
    return found if found.tzinfo else None


def strangers(rows: Iterable[Mapping[str, str]], people: Collection[str]) -> list[str]:
    """Say which owners nobody knows."""
    names = dict.fromkeys(row["owner"] for row in rows if row["owner"])
    return [f"{name} owns a step and is nobody of the team" for name in names if name not in people]


def _cell(row: Mapping[str, str], names: Collection[str]) -> str:
    return next((cell.strip() for heading, cell in row.items() if any(name in heading for name in names)), "")
