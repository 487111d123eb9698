"""Whether support is there when it says so, and whether what became of a question is right. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from fixtures.helpdesk.handling import Handling
from golive.target.people import Case, Hours

STEP = timedelta(minutes=15)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class Shift:
    """A person's time at the help desk."""

    person: str
    start: datetime
    end: datetime


def promised(hours: Hours, moment: datetime) -> bool:
    """Whether support works at a time, by what customers are told. Raises ValueError for hours that are none."""
    there = moment.astimezone(ZoneInfo(hours.time_zone))
    opens, now = time.fromisoformat(hours.opens), there.time()
    before_end = hours.closes == "24:00" or now < time.fromisoformat(hours.closes)
    return DAYS[there.weekday()] in hours.days and opens <= now and before_end


def moments(hours: Hours, since: datetime, span: timedelta) -> list[datetime]:
    """The beginnings of quarters of an hour in which support is promised."""
    steps = (since + n * STEP for n in range(int(span / STEP)))
    return [at for at in steps if promised(hours, at)]


def unstaffed(wanted: Iterable[datetime], shifts: Iterable[Shift], may: Iterable[str]) -> list[datetime]:
    """Those of the moments at which nobody who may answer has a shift."""
    able = {person.casefold() for person in may}
    there = [s for s in shifts if s.person.casefold() in able]
    return [at for at in wanted if not any(s.start <= at < s.end for s in there)]


def misrouting(case: Case, handled: Handling, groups: Mapping[int, str]) -> str:
    """Why a question did not get where it belongs, or nothing."""
    group = groups.get(handled.group or 0, "nobody")
    if group != case.group:
        return f"went to {group}, want {case.group}"
    if handled.priority != case.priority:
        return f"has priority {handled.priority or 'none'}, want {case.priority}"
    return ""


def clock_problem(handled: Handling, most: float) -> str:
    """What is wrong with the help desk's own clock of the first answer, or nothing; `most`: minutes."""
    if handled.due_after is None:
        return "no clock runs for its first answer (is there a policy of service levels?)"
    if handled.clock == "paused":
        return f"the clock of its first answer stands still, due after {handled.due_after:.0f} min, while support works"
    return f"its first answer is due after {handled.due_after:.0f} min" if handled.due_after > most + 1 else ""


def article_problem(case: Case, titles: Sequence[str]) -> str:
    """Why an answer does not help, or nothing; `titles`: of the articles that it names."""
    if not titles:
        return "its answer names no article that the customer can read"
    wanted = case.article.casefold().split()
    right = any(title.casefold().split() == wanted for title in titles)
    return "" if right else f"its answer names '{titles[0]}', want '{case.article}'"


def closed_in(wanted: Iterable[datetime], open_at: Sequence[Callable[[datetime], bool]]) -> list[datetime]:
    """The moments that none of the help desk's schedules counts; without a schedule all count."""
    return [at for at in wanted if open_at and not any(is_open(at) for is_open in open_at)]
