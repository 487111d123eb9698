"""What somebody who is woken at night reads: it is there, it is about the alarm, and its commands name what exists."""

from __future__ import annotations

from fixtures.aws.account import Account
from fixtures.documents import Documents
from fixtures.documents.duties import acknowledge_times
from fixtures.documents.inventory import live_names
from fixtures.documents.parts import empty, entries, part, slug
from fixtures.oncall import Desk, Roster
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from tests.judges.documents import about, commands, incident_problems, rollback_problems, scripts, unknown
from tests.readiness.alarm_entries import linked_entries, telling_alarms
from tests.readiness.freshness import review_problem


@verifies("AURA-2.1.3.3")
def test_troubleshooting_says_what_to_do(line: Line, aws: Account, documents: Documents) -> None:
    place, document = documents.place("troubleshooting"), documents.section("troubleshooting")
    assert document is not None, f"there is no {place}: nobody finds what to do"
    sections = entries(document)
    lacking = [(section.heading, incident_problems(section)) for section in sections]
    problems: list[str | None] = [f"{place}: {p}" for _, found in lacking for p in found]
    whole = [heading for heading, found in lacking if not found]
    observed(place, "incidents", whole, source="checkout")
    problems.append(line.limit("incidents").problem(len(whole), of=f"{place}: entries with all parts"))
    problems.append(review_problem(line.limit("document_age"), place, document))
    problems += unknown(place, sections, live_names(aws))
    conclude(problems)


@verifies("AURA-10.1.2.1")
def test_each_alarm_leads_to_its_entry(line: Line, aws: Account, documents: Documents) -> None:
    alarms = telling_alarms(aws)
    led_to: dict[str, set[str]] = {}
    problems, covered = list[str | None](), 0
    for alarm in alarms:
        wrong = None
        for entry in linked_entries(documents, alarm):
            if isinstance(entry, str):
                wrong = wrong or entry
                continue
            file, section = entry
            if not any(each.steps for each in section.walk()) or not commands(section):
                wrong = f"{alarm}: {file}#{slug(section.heading)} has no steps with commands"
            elif not about(section, alarm.name, alarm.rule.get("MetricName")):
                wrong = f"{alarm}: {file}#{slug(section.heading)} is about something else"
            else:
                led_to.setdefault(file, set()).add(section.heading)
                wrong = ""
                break
        covered += wrong == ""
        problems.append(wrong if wrong is not None else f"{alarm}: its description names no runbook")
    of, hint = f"{len(alarms)} alarms that tell somebody", f"{len(alarms) - covered} lead to no entry that is theirs"
    problems.append(line.limit("alarms_covered").problem(100 * covered / len(alarms), of=of, hint=hint))
    for file, used in led_to.items():
        document = documents.read(file)
        stray = [s.heading for s in (entries(document) if document else []) if s.heading not in used]
        problems += [f"{file}: '{heading}' is the entry of no alarm" for heading in stray]
    conclude(problems)


@verifies("AURA-4.2.3.3")
def test_the_rollback_guide_fits_the_deployment(line: Line, aws: Account, documents: Documents) -> None:
    place, guide = documents.place("rollback_guide"), documents.section("rollback_guide")
    assert guide is not None, f"there is no {place}: a rollback would be made up at night"
    lacking = [f"{place}: {p}" for p in rollback_problems(guide)]
    problems: list[str | None] = [*lacking]
    problems.append(line.limit("missing_parts").problem(len(lacking), of=place))
    gone = unknown(place, [guide], live_names(aws))
    gone += [
        f"{path}, which {place} calls, is not in the checkout" for path in scripts(guide) if not documents.has(path)
    ]
    problems.append(line.limit("missing_resources").problem(len(gone), of=place, hint="; ".join(gone)))
    conclude(problems)


@verifies("AURA-10.1.2.3")
def test_duties_are_written_as_they_are_configured(
    line: Line, oncall: Desk, documents: Documents, target: ProductTarget
) -> None:
    place, document = documents.place("on_call"), documents.section("on_call")
    assert document is not None, f"there is no {place}: nobody knows what being on call asks of them"
    parts, text = list(document.walk()), document.whole_text
    problems: list[str | None] = [
        f"{place}: {name} {why}"
        for name, words in {"coverage": ("coverage", "schedule"), "hand-over": ("hand-over", "handover", "hand over"),
                            "access": ("access", "tools")}.items()
        if (why := empty(part(parts, words)))
    ]  # fmt: skip
    problems.append(review_problem(line.limit("document_age"), place, document))
    times = acknowledge_times(document)
    if not times:
        problems.append(f"{place} has no table of severities with the time in which somebody answers")
    names = configured(configured(target.oncall, f"{line.product}.oncall").schedules or None, "oncall.schedules")
    known = {raw["name"] for raw in oncall.list("schedules")}
    differing = [f"schedule {n} is not named in {place}" for n in names if n not in text]
    differing += [f"schedule {n} is unknown to {oncall}" for n in names if n not in known]
    roster = Roster(oncall)
    for service in oncall.services:
        levels = roster.policy_of(service.name).levels
        if times and levels and levels[0].minutes != (soonest := min(times.values())):
            differing.append(
                f"{place} asks for an answer within {soonest:g} min, {service} asks the next one after "
                f"{levels[0].minutes:g} min"
            )
    problems.append(line.limit("id_differences").problem(len(differing), of=place, hint="; ".join(differing)))
    conclude(problems)
