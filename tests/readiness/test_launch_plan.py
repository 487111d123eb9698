"""The launch is planned step by step, and the worst days were rehearsed."""

from __future__ import annotations

from datetime import UTC, datetime

from fixtures.ci.forge import Forge
from fixtures.documents import Documents
from fixtures.documents.parts import days_since
from fixtures.oncall import Desk, Roster
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from tests.judges.documents import SCENARIOS, objective, scenarios
from tests.judges.plans import (
    dates,
    incomplete,
    order_problems,
    rehearsed,
    schedule_rows,
    step_problems,
    strangers,
)


@verifies("AURA-10.2.2.5")
def test_the_launch_schedule_can_be_followed(line: Line, oncall: Desk, documents: Documents) -> None:
    place, plan = documents.place("launch_plan"), documents.section("launch_plan")
    assert plan is not None, f"there is no {place}: nobody knows what is to be done when"
    rows = schedule_rows(plan)
    observed(place, "schedule", [f"{r['time']} {r['step']}: {r['owner']}" for r in rows], source="checkout")
    assert rows, f"{place} has no table of steps with time, owner, dependency, check, and when to stop"
    days = dates(part) if (part := next((p for p in plan.walk() if "date" in p.heading.lower()), None)) else []
    lacking = incomplete(rows)
    owners = [row["owner"] for row in rows if row["owner"]]
    conclude(
        [
            line.limit("incomplete_rows").problem(len(lacking), of=place, hint="; ".join(lacking)),
            *(f"{place}: {why}" for why in order_problems(rows, days[0] if len(days) == 1 else None)),
            *(f"{place}: {why} ({oncall})" for why in strangers(rows, Roster(oncall).people(owners))),
            None if len(days) == 1 else f"{place} names {len(days)} dates for the launch, want one",
        ]
    )


@verifies("AURA-10.2.2.1")
def test_the_launch_date_is_fixed(line: Line, target: ProductTarget, forge: Forge, documents: Documents) -> None:
    place, plan = documents.place("launch_plan"), documents.section("launch_plan")
    assert plan is not None, f"there is no {place}: nobody knows when it is"
    part = next((p for p in plan.walk() if "date" in p.heading.lower()), None)
    days = dates(part) if part else []
    observed(place, "dates", [f"{day}" for day in days], source="checkout")
    due = forge.due(target.release.version)
    approved = forge.approvers(place.partition("#")[0], target.release.commit)
    problems = [
        line.limit("dates").problem(len(days), of=f"{place}, days of the launch"),
        line.limit("approvals").problem(len(approved), of=place, hint="Have the change of the plan approved"),
    ]
    if due is None:
        problems.append(f"{forge} has no milestone of {target.release.version} with a day on which it is due")
    elif days and due != days[0]:
        problems.append(f"{place} says {days[0]}, and the milestone of {target.release.version} is due on {due}")
    deployed = target.release.deployed_at
    if days and deployed is None and days[0] < datetime.now(UTC).date():
        problems.append(f"{place} says {days[0]}, which is past, and nothing was released")
    conclude(problems)


@verifies("AURA-10.1.2.2")
def test_the_disaster_procedure_was_rehearsed(line: Line, documents: Documents) -> None:
    place, plan = documents.place("disaster_plan"), documents.section("disaster_plan")
    assert plan is not None, f"there is no {place}: a disaster would be met without a procedure"
    most, found = objective(plan, "RTO"), scenarios(plan)
    observed(place, "scenarios", {s.heading: len(s.steps) for s in found.values()}, source="checkout")
    problems: list[str | None] = [f"{place} has no steps for {word}" for word in SCENARIOS if word not in found]
    problems += [f"{place}: {why}" for section in found.values() for why in step_problems(section, most)]
    if most is None:
        problems.append(f"{place} states no RTO, which the steps have to keep")
    newest = documents.newest("rehearsals")
    if newest is None:
        problems.append(f"{documents.place('rehearsals')} holds no report: the procedure was never rehearsed")
    else:
        name, report = newest
        days = [days_since(day) for day in dates(report)]
        if not days:
            problems.append(f"{name} does not say when it was")
        else:
            problems.append(line.limit("rehearsal_age").problem(min(days), of=name))
        headings = [section.heading for section in found.values()]
        problems += [f"{name}: '{heading}' {why}" for heading, why in rehearsed(report, headings).items()]
    conclude(problems)
