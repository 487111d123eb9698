"""Those on duty answer when they are paged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from fixtures.oncall import Desk, Roster
from fixtures.oncall.paging import answers, paged
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies
from golive.verdict import Unobservable
from tests.judges.paging import answer_problem, minutes_taken

DUTY = (1, 2)
"""The levels that are on duty for a launch: primary and secondary."""


@pytest.mark.writes
@verifies("AURA-10.3.1.5")
def test_those_on_duty_acknowledge_a_page(line: Line, oncall: Desk) -> None:
    roster, now = Roster(oncall), datetime.now(UTC)
    limit = line.limit("acknowledged_after")
    assert isinstance(limit.value, (int, float))
    problems: list[str | None] = []
    for service in oncall.services:
        shifts = roster.shifts(roster.policy_of(service.name), now, now + timedelta(minutes=1))
        people = [next((s for s in shifts if s.level == level), None) for level in DUTY]
        there = [shift for shift in people if shift is not None]
        problems += [
            f"{service}: nobody is on call at level {n}" for n, s in zip(DUTY, people, strict=True) if s is None
        ]
        if not there:
            raise Unobservable(f"{service}: nobody is on call now", "See the schedules")
        with paged(oncall, service.id, there) as pages:
            seen = answers(oncall, pages, limit.value * 60)
        for page in pages:
            answered = seen[page.incident]
            if why := answer_problem(page, answered):
                problems.append(f"{service}: {why} within {limit.value:g} min")
            elif (taken := minutes_taken(page, answered)) is not None:
                problems.append(limit.problem(taken, of=f"{service}, {page.to.name}"))
    conclude(problems)
