"""What became of the pages since the launch: people answered them, soon, and none had too many."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fixtures.documents import Documents
from fixtures.documents.parts import part
from fixtures.oncall import Desk, Roster
from fixtures.oncall.history import LONGEST, pages
from golive.catalogue import Line
from golive.catalogue.limit import Limit
from golive.judging import conclude
from golive.observation import Found
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.release import launched_at
from golive.verdict import Unobservable
from tests.judges.alarm_definition import percentile
from tests.judges.oncall import minutes, told, uncovered
from tests.judges.pages_answered import answer_times, busiest_week, missed, unnamed

DAY = timedelta(hours=24)
LEVELS = (1, 2)
"""The primary and the secondary."""


@verifies("AURA-13.3.3")
def test_pages_are_answered_and_bearable(line: Line, target: ProductTarget, oncall: Desk) -> None:
    until = datetime.now(UTC).replace(second=0, microsecond=0)
    since = max(_launch(target, line.product), until - LONGEST)
    found = pages(oncall, since, until)
    remedy = "Hold a game day: page the rotation once, so that it is known to work"
    seen = Found(f"pages since {since:%d %b}", found, source="GET /incidents", remedy=remedy)
    nobody, times = missed(seen, until, _minutes(line.limit("acknowledge_p90"))), answer_times(found)
    who, count = busiest_week(found)
    problems: list[str | None] = [line.limit("missed").problem(len(nobody), of=oncall, hint="; ".join(nobody))]
    if times:
        of = f"{oncall}, {len(times)} answers by people"
        problems.append(line.limit("acknowledge_p90").problem(percentile(times, 90), of=of))
    problems.append(
        line.limit("pages_per_person_week").problem(count, of=f"{oncall}, pages to {who} within seven days")
    )
    conclude([*problems, *_gaps(oncall, since, until)])


@verifies("AURA-11.1.1.5")
def test_people_were_on_standby_the_first_day(
    line: Line, target: ProductTarget, oncall: Desk, documents: Documents
) -> None:
    since = _launch(target, line.product)
    until = since + DAY
    if until > datetime.now(UTC):
        raise Unobservable(f"the first day is not over before {until:%d %b %H:%M}Z", "Run this line again then")
    roster, problems = Roster(oncall), list[str | None]()
    place, plan = documents.place("launch_plan"), documents.section("launch_plan")
    named = part(list(plan.walk()), ("standby", "stand-by", "on call")) if plan else ""
    if not named:
        problems.append(f"{place} names nobody who stands by on the first day (a part 'Standby')")
    for service in oncall.services:
        policy = roster.policy_of(service.name)
        shifts = roster.shifts(policy, since, until)
        for level in LEVELS:
            gaps = uncovered(shifts, level, since, until)
            hint = f"Nobody was on call {told(gaps)}"
            problems.append(line.limit("gap").problem(minutes(gaps), of=f"{policy}, level {level}", hint=hint))
        strange = unnamed([s.name for s in shifts if s.level in LEVELS], named) if named else []
        problems += [f"{name} was on call on the first day, and {place} does not name them" for name in strange]
    for page in pages(oncall, since, until):
        if page.answered_after is None:
            problems += missed([page], until, _minutes(line.limit("acknowledged_after")))
        else:
            problems.append(line.limit("acknowledged_after").problem(page.answered_after, of=page))
    conclude(problems)


def _minutes(limit: Limit) -> float:
    assert isinstance(limit.value, (int, float))
    return float(limit.value)


def _launch(target: ProductTarget, product: str) -> datetime:
    when = launched_at(target.release, product)
    return when.astimezone(UTC)


def _gaps(oncall: Desk, since: datetime, until: datetime) -> list[str]:
    """Sentences on spans since the launch in which a level had nobody."""
    roster, found = Roster(oncall), list[str]()
    for service in oncall.services:
        policy = roster.policy_of(service.name)
        shifts = roster.shifts(policy, since, until)
        for level in LEVELS:
            if gaps := uncovered(shifts, level, since, until):
                found.append(f"{policy}, level {level}: nobody was on call {told(gaps)}")
    return found
