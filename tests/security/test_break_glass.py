"""Emergency access: written down, for people who are there, alarming when it is used, short, and tried."""

from __future__ import annotations

from datetime import timedelta

from fixtures.attestations import Attestations
from fixtures.attestations.break_glass import AccessDrill
from fixtures.attestations.contents import contents
from fixtures.aws.account import Account
from fixtures.aws.errors import Absent
from fixtures.aws.event_rules import dead, hearers, use_of_role
from fixtures.aws.iam import Iam
from fixtures.documents import Documents, Section
from fixtures.documents.parts import empty, part
from fixtures.oncall import Desk, Roster
from golive import clock
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from tests.judges.break_glass import PARTS, WHO, asks_for_second_factor, event_problems, people_in, roles_in
from tests.readiness.attested import holding

MINUTE = timedelta(minutes=1)


@verifies("SEI-1.1.2.3.4")
def test_emergency_access_works_alarms_and_ends(
    line: Line, documents: Documents, aws: Account, iam: Iam, oncall: Desk, attestations: Attestations
) -> None:
    place, page = documents.place("break_glass"), documents.section("break_glass")
    if page is None:
        raise AssertionError(f"{place} is not there: in an emergency nobody knows how to get in. Write it")
    roles = roles_in(page.whole_text)
    observed(place, "roles", roles, source="checkout")
    if not roles:
        raise AssertionError(f"{place} names no role by its ARN: nobody knows what to take")
    problems = _page_problems(place, page, oncall)
    for arn in roles:
        problems += _role_problems(line, place, arn, aws, iam)
    record = holding(attestations, line)
    drill = contents(record, AccessDrill, "drill")
    conclude([*problems, *_drill_problems(line, f"{record}", drill, roles, aws)])


def _page_problems(place: str, page: Section, desk: Desk) -> list[str | None]:
    sections = list(page.walk())
    people = people_in(table for section in sections for table in section.tables)
    problems: list[str | None] = [
        f"{place}: {what} {why}. Write it"
        for what, words in PARTS.items()
        if not (what == WHO and people) and (why := empty(part(sections, words)))  # a table alone says who
    ]
    if not people:
        return [*problems, f"{place} has no table with a column `name`: nobody knows whom to ask"]
    known = Roster(desk).people(people)
    problems += [f"{place}: {who} is not in {desk}. Has somebody left?" for who in people if who not in known]
    return problems + [f"{place}: {who} {known[who].silent}" for who in people if who in known and known[who].silent]


def _role_problems(line: Line, place: str, arn: str, aws: Account, iam: Iam) -> list[str | None]:
    role = iam.role(arn)
    try:
        raw = role.raw
    except Absent:
        return [f"{place}: {arn} does not exist. Correct the page, or make the role"]
    of = str(role)
    longest = observed(role, "session", raw["MaxSessionDuration"] / 60, source="iam:GetRole", unit="min")
    problems = [
        None if role.arn == arn else f"{place}: {arn} is not the role's ARN, {role.arn} is",
        line.limit("session").problem(longest, of=of, hint="Lower its MaxSessionDuration"),
        None if asks_for_second_factor(role.trust) else f"{of} can be taken without a second factor. Ask for one",
    ]
    rules = hearers(aws, use_of_role(aws, role.arn))
    if not rules:
        return [*problems, f"{of}: no EventBridge rule hears that somebody takes it. Make one that pages"]
    reached = [target for targets in rules.values() for target in targets]
    if not reached:
        problems.append(f"{of}: rule {', '.join(rules)} hears that somebody takes it and has no target. Give it one")
    silent = [why for target in reached if (why := dead(aws, target))]
    if reached and len(silent) == len(reached):
        problems.append(f"{of}: that somebody takes it is told to nobody: {'; '.join(silent)}")
    return problems


def _drill_problems(line: Line, of: str, drill: AccessDrill, roles: list[str], aws: Account) -> list[str | None]:
    found = aws.read(
        "cloudtrail", "lookup_events", LookupAttributes=[{"AttributeKey": "EventId", "AttributeValue": drill.event}]
    )["Events"]
    event = observed(
        of, "event of the drill", found[0]["EventName"] if found else None, source="cloudtrail:LookupEvents"
    )
    seen = event_problems(found[0] if event else None, drill.role, drill.taken)
    return [
        line.limit("drill_age").problem((clock.now() - drill.taken) / timedelta(days=1), of=of, hint="Do it again"),
        line.limit("page").problem((drill.paged - drill.taken) / MINUTE, of=of, hint="See the rule's way to the pager"),
        line.limit("session").problem((drill.ended - drill.taken) / MINUTE, of=of, hint="End sessions by themselves"),
        None if drill.taken <= drill.paged <= drill.ended else f"{of}: taken, paged and ended are not in this order",
        None if drill.role in roles else f"{of} is about {drill.role}, which the page does not name",
        *(f"{of}: {why} ({drill.event})" for why in seen),
    ]
