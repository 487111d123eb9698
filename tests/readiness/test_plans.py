"""Plans for the worst days: they are complete, they were tried, and they promise what the deployment can hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fixtures.aws.rds import Database
from fixtures.documents import Documents
from fixtures.documents.parts import days_since, empty
from fixtures.oncall import Desk, Roster
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from tests.judges.documents import (
    PLAN,
    TEMPLATE,
    empty_cell,
    headings,
    holders,
    newest_exercise,
    objective,
    post_mortem_problems,
    scenario_problems,
)
from tests.readiness.freshness import review_problem

LOG_MINUTES = 5
"""How often RDS archives the log at least."""


@verifies("AURA-2.1.3.4")
def test_the_disaster_plan_promises_what_backups_hold(line: Line, rds: Database, documents: Documents) -> None:
    place, plan = documents.place("disaster_plan"), documents.section("disaster_plan")
    assert plan is not None, f"there is no {place}: a disaster would be met without a plan"
    stated = {word: objective(plan, word) for word in ("RPO", "RTO")}
    observed(
        place, "objectives", {word: f"{m:g} min" for word, m in stated.items() if m is not None}, source="checkout"
    )
    lost = [word for word, m in stated.items() if m is None]
    problems: list[str | None] = [
        line.limit("objectives_missing").problem(len(lost), of=place, hint=f"It states no {', no '.join(lost)}")
    ]
    missing, wrong = scenario_problems(plan)
    hint = f"There are no steps for {', '.join(missing)}"
    problems.append(line.limit("scenarios_missing").problem(len(missing), of=place, hint=hint))
    problems += [f"{place}: {p}" for p in wrong]
    problems.append(review_problem(line.limit("review_age"), place, plan))
    if (rpo := stated["RPO"]) is not None:
        interval = LOG_MINUTES if rds.writer.backup_retention else timedelta(days=1) / timedelta(minutes=1)
        if rpo < interval:
            problems.append(
                f"{place} promises an RPO of {rpo:g} min, the backups of {rds.writer} hold {interval:g} min at best"
            )
        restorable = rds.writer.latest_restorable
        if restorable is not None and (behind := (datetime.now(UTC) - restorable) / timedelta(minutes=1)) > max(
            rpo, LOG_MINUTES
        ):
            problems.append(f"{rds.writer} could lose the last {behind:.0f} min now, {place} promises {rpo:g} min")
    conclude(problems)


@verifies("AURA-10.2.1.2")
def test_the_incident_plan_can_be_set_in_motion(line: Line, oncall: Desk, documents: Documents) -> None:
    place, plan = documents.place("incident_plan"), documents.section("incident_plan")
    assert plan is not None, f"there is no {place}: an incident would be led by nobody"
    found = headings(plan, PLAN)
    problems: list[str | None] = [f"{place} has no part on {word}" for word in PLAN if word not in found]
    problems += [
        f"{place}: {word} {why}"
        for word, section in found.items()
        if not section.tables and (why := empty(section.whole_text.partition("\n")[2]))
    ]
    if "http" not in plan.whole_text or "status" not in plan.whole_text.lower():
        problems.append(f"{place} names no status page")
    roles = holders(plan)
    if not roles:
        problems.append(f"{place} has no table of roles with who holds them")
    people = Roster(oncall).people(roles.values())
    for role, who in roles.items():
        if empty_cell(who):
            problems.append(f"{place}: nobody is {role}")
        elif who not in people:
            problems.append(f"{place}: {role} is {who}, who is no user of {oncall} (any more)")
        elif people[who].silent:
            problems.append(f"{place}: {role} is {who}, who can't be paged: {people[who].silent}")
    exercise = newest_exercise(plan)
    if exercise is None:
        problems.append(f"{place} has no exercise with a date and an outcome: it was never tried")
    else:
        problems.append(
            line.limit("exercise_age").problem(days_since(exercise[0]), of=f"{place}, exercise {exercise[1]}")
        )
    conclude(problems)


@verifies("AURA-10.1.2.5")
def test_incidents_are_looked_into_by_the_template(line: Line, documents: Documents) -> None:
    place, template = documents.place("post_mortem_template"), documents.section("post_mortem_template")
    assert template is not None, f"there is no {place}: each incident is written up another way, or not at all"
    found = headings(template, TEMPLATE)
    observed(place, "headings", sorted(found), source="checkout")
    lacking = [word for word in TEMPLATE if word not in found]
    problems: list[str | None] = [
        line.limit("headings").problem(len(found), of=place, hint=f"It has no {', no '.join(lacking)}")
    ]
    newest = documents.newest("post_mortems")
    if newest is None:
        problems.append(f"{documents.place('post_mortems')} holds no post-mortem: the template was never used")
    else:
        problems += post_mortem_problems(*newest)
    conclude(problems)
