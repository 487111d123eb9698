"""Nobody is on call, nobody can be reached, or a page climbs to the one who does not answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from reference.faults import fault
from reference.switching import simulated

if TYPE_CHECKING:
    from reference.deployment import Deployment

WEEKS, LEVELS, COMPONENTS, DUTIES = "AURA-10.2.1.1", "AURA-10.1.2.4", "SEI-2.3.1.2.3", "AURA-10.1.2.3"
SINCE, CHANNEL, ROLLBACK = ["AURA-13.3.3", "AURA-11.1.1.5"], "AURA-10.2.1.3", "AURA-12.1.1"
ROSTER = ["oncall:roster"]
HEALTHY: dict[str, Any] = {
    "gaps": [], "same_person": False, "overrides": {}, "without_contact": [], "removed_people": [], "levels": None,
    "same_levels": False, "escalation_minutes": None,
}  # fmt: skip


def _switched(deployment: Deployment, **switches: Any) -> Iterator[None]:
    return simulated(deployment, "pagerduty", switches, {name: HEALTHY[name] for name in switches})


@fault(
    name="aura-weekend-without-on-call",
    breaks="nobody is on call for two days of the week after next",
    fails=[WEEKS],
    message=r"AuraStudio escalation, level 1: gap is 2880 min.*Nobody is on call \w+",
    touches=ROSTER,
)
def weekend_without(deployment: Deployment) -> Iterator[None]:
    yield from _switched(deployment, gaps=[{"name": "AuraStudio on call", "start_hours": 150, "end_hours": 198}])


@fault(
    name="aura-second-on-call-is-the-first",
    breaks="the schedule has no gap, and whoever is first on call for AuraStudio is the second, too",
    fails=[WEEKS, LEVELS],
    message={WEEKS: r"Mira Okafor is first and second on call", LEVELS: r"levels 1 and 2 both reach Mira Okafor now"},
    touches=ROSTER,
    hard=True,
)
def second_is_first(deployment: Deployment) -> Iterator[None]:
    yield from _switched(deployment, overrides={"AuraStudio on call": "Mira Okafor"})


@fault(
    name="aura-override-can-not-be-paged",
    breaks="for two weeks somebody is second on call for AuraStudio whom no page reaches",
    fails=[WEEKS, LEVELS],
    message=r"Tomas Novak can't be paged: has neither phone nor push",
    touches=ROSTER,
    hard=True,
)
def override_not_paged(deployment: Deployment) -> Iterator[None]:
    overrides = {"AuraStudio on call, secondary": "Tomas Novak"}
    yield from _switched(deployment, overrides=overrides, without_contact=["Tomas Novak"])


@fault(
    name="aura-pages-do-not-climb",
    breaks="the escalation policies have one level: who does not answer is asked for ever",
    fails=[LEVELS, WEEKS, COMPONENTS, *SINCE],
    message={
        **dict.fromkeys(SINCE, r"AuraStudio escalation, level 2: (gap is|nobody was on call)"),
        LEVELS: r"AuraStudio escalation: levels is 1, want >= 2",
        WEEKS: r"AuraStudio escalation, level 2: gap is",
        COMPONENTS: r"backend \(.*level 2\): cover gaps is 1",
    },
    touches=ROSTER,
)
def one_level(deployment: Deployment) -> Iterator[None]:
    yield from _switched(deployment, levels=1)


@fault(
    name="aura-levels-ask-the-same-person",
    breaks="the second level of every escalation policy is the first one again",
    fails=[LEVELS, WEEKS, COMPONENTS],
    message={
        LEVELS: r"level 2 asks the same as level 1",
        WEEKS: r"is first and second on call",
        COMPONENTS: r"backend: .* is first and second on call",
    },
    touches=ROSTER,
    hard=True,
)
def same_levels(deployment: Deployment) -> Iterator[None]:
    yield from _switched(deployment, same_levels=True)


@fault(
    name="aura-last-level-has-left",
    breaks="the manager at the end of the escalation has left, and the policy still names her",
    fails=[LEVELS, "AURA-10.2.1.2", "AURA-10.2.2.5", CHANNEL, ROLLBACK],
    message={
        "AURA-10.2.2.5": r"Sofia Bianchi owns a step and is nobody of the team",
        CHANNEL: r"members missing is 1 .*Sofia Bianchi would read nothing",
        ROLLBACK: r"recipients missing is 1 .*It does not reach Sofia Bianchi",
        LEVELS: r"Sofia Bianchi is on call and no user of the provider any more",
        "AURA-10.2.1.2": r"Incident commander is Sofia Bianchi, who is no user",
    },
    touches=ROSTER,
    hard=True,
)
def manager_left(deployment: Deployment) -> Iterator[None]:
    yield from _switched(deployment, removed_people=["Sofia Bianchi"])


@fault(
    name="aura-next-level-after-half-an-hour",
    breaks="the provider waits half an hour before it asks the next one, the document says five minutes",
    fails=[DUTIES, LEVELS],
    message={
        DUTIES: r"asks for an answer within 5 min, .* asks the next one after 30 min",
        LEVELS: r"delay per level is 30 min, want <= 15 min",
    },
    touches=ROSTER,
    hard=True,
)
def half_an_hour(deployment: Deployment) -> Iterator[None]:
    yield from _switched(deployment, escalation_minutes=30)


@fault(
    name="sei-backend-without-developers-for-two-hours",
    breaks="nobody who can mend the backend is on call for two hours of the day after the release",
    fails=[COMPONENTS],
    message=r"backend \(.*level 1\): cover gaps is 1",
    touches=ROSTER,
)
def backend_gap(deployment: Deployment) -> Iterator[None]:
    yield from _switched(deployment, gaps=[{"name": "Seiketsu backend on call", "start_hours": 6, "end_hours": 8}])


@fault(
    name="sei-one-developer-for-everything",
    breaks="no schedule has a gap, and one person is first on call for each of them",
    fails=[COMPONENTS],
    message=r"Kenji Mori is first on call for 5 of 5 components at one time",
    touches=ROSTER,
    hard=True,
)
def one_for_everything(deployment: Deployment) -> Iterator[None]:
    yield from _switched(deployment, overrides={"Seiketsu * on call": "Kenji Mori"})
