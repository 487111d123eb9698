"""Pages reach somebody, at any hour of the coming weeks, and climb when they don't answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from fixtures.documents import Documents
from fixtures.documents.duties import escalation
from fixtures.oncall import Desk, Roster
from fixtures.oncall.roster import Shift
from golive.catalogue import Line
from golive.catalogue.limit import Limit
from golive.judging import conclude
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from tests.judges.oncall import (
    Span,
    alone,
    differences,
    escalation_problems,
    everywhere,
    minutes,
    told,
    uncovered,
    unreachable,
)

BOTH = (1, 2)
"""The levels that are called the primary and the secondary."""


@verifies("AURA-10.2.1.1")
def test_somebody_is_on_call_for_weeks(line: Line, oncall: Desk) -> None:
    roster, since = Roster(oncall), datetime.now(UTC).replace(second=0, microsecond=0)
    horizon = line.limit("horizon")
    assert isinstance(horizon.value, (int, float))
    until = since + timedelta(days=horizon.value)
    horizon.require((until - since) / timedelta(days=1), of=f"the time looked at of {roster}")
    problems: list[str | None] = []
    for service in oncall.services:
        policy = roster.policy_of(service.name)
        shifts = roster.shifts(policy, since, until)
        for level in BOTH:
            gaps = uncovered(shifts, level, since, until)
            of, hint = f"{policy}, level {level}", f"Nobody is on call {told(gaps)}"
            problems.append(line.limit("gap").problem(minutes(gaps), of=of, hint=hint))
        problems += _staffing(roster, str(policy), shifts, (since, until), line.limit("people"))
    conclude(problems)


@verifies("AURA-10.1.2.4")
def test_escalation_is_configured_as_it_is_written(line: Line, oncall: Desk, documents: Documents) -> None:
    roster, now = Roster(oncall), datetime.now(UTC).replace(second=0, microsecond=0)
    written = escalation(documents)
    problems: list[str | None] = []
    for service in oncall.services:
        policy = roster.policy_of(service.name)
        shifts = roster.shifts(policy, now, now + timedelta(minutes=1))
        problems.append(line.limit("levels").problem(len(policy.levels), of=policy))
        problems += [
            line.limit("delay_per_level").problem(level.minutes, of=f"{policy}, {level}") for level in policy.levels
        ]
        problems += escalation_problems(policy, shifts)
        problems += differences(policy, written)
        names = sorted({s.name for s in shifts} | {name for level in policy.levels for name in level.people})
        problems += unreachable(names, roster.people(names))
    conclude(problems)


@verifies("SEI-2.3.1.2.3")
def test_each_component_has_its_developers_on_call(line: Line, oncall: Desk, target: ProductTarget) -> None:
    where = f"{line.product}.oncall.components"
    components = configured(configured(target.oncall, f"{line.product}.oncall").components or None, where)
    roster, now = Roster(oncall), datetime.now(UTC).replace(second=0, microsecond=0)
    before, after = line.limit("cover_before"), line.limit("cover_after")
    assert isinstance(before.value, (int, float))
    assert isinstance(after.value, (int, float))
    since, until = now - timedelta(hours=before.value), now + timedelta(hours=after.value)
    problems: list[str | None] = []
    rotas = {}
    for component, service in components.items():
        policy = roster.policy_of(service)
        rotas[component] = shifts = roster.shifts(policy, since, until)
        for level in BOTH:
            gaps = uncovered(shifts, level, since, until)
            of = f"{component} ({policy}, level {level})"
            hint = f"Nobody is on call {told(gaps)}"
            problems.append(line.limit("cover_gaps").problem(len(gaps), of=of, hint=hint))
        problems += _staffing(roster, component, shifts, (since, until), line.limit("people_per_component"))
    problems += [
        f"{name} is first on call for {len(of)} of {len(components)} components at one time: {', '.join(of)}"
        for name, of in everywhere(rotas, since, until)
    ]
    conclude(problems)


def _staffing(roster: Roster, of: str, shifts: Sequence[Shift], span: Span, enough: Limit) -> list[str | None]:
    """Whether the two levels are different people at any time, enough of them, and all within reach."""
    names = sorted({s.name for s in shifts if s.level in BOTH})
    twice = [f"{of}: {name} is first and second on call {told([both])}" for both, name in alone(shifts, *span)]
    return [*twice, enough.problem(len(names), of=f"{of}: people on call"), *unreachable(names, roster.people(names))]
