"""Pages since the launch that nobody answered, or an automation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from reference.faults import fault
from reference.switching import simulated

if TYPE_CHECKING:
    from reference.deployment import Deployment

SMOOTH, FIRST_DAY = "AURA-13.3.3", "AURA-11.1.1.5"
LAUNCH = 20.5 * 24
"""Hours ago, see reference/describe."""
TOUCHES = "oncall:past-incidents"


def _past(deployment: Deployment, *incidents: dict[str, Any]) -> Iterator[None]:
    found = [{"service": "AuraStudio production"} | each for each in incidents]
    yield from simulated(deployment, "pagerduty", {"past_incidents": found}, {"past_incidents": []})


@fault(
    name="aura-page-never-answered",
    breaks="a page of last week was never acknowledged, and ended by itself",
    fails=[SMOOTH],
    message=r"missed is 1, want == 0.*incident 'Uploads fail' of .* was never acknowledged",
    touches=TOUCHES,
)
def never_answered(deployment: Deployment) -> Iterator[None]:
    yield from _past(deployment, {"title": "Uploads fail", "hours_ago": 100})


@fault(
    name="aura-night-page-among-automatic-answers",
    breaks="an automation acknowledges many pages at once, and the one of the night waited 40 minutes for a person",
    fails=[SMOOTH],
    message=r"incident 'Sign-in fails' of .* climbed, and was acknowledged after 40 min.*acknowledge p90 is 24\.8",
    touches=TOUCHES,
    hard=True,
)
def night_page(deployment: Deployment) -> Iterator[None]:
    copies = [
        {"title": "Sign-in fails, again", "hours_ago": 60 - n / 10, "acknowledged": 0.1, "automatic": True}
        for n in range(5)
    ]  # fmt: skip
    yield from _past(deployment, {"title": "Sign-in fails", "hours_ago": 60, "acknowledged": 40}, *copies)


@fault(
    name="aura-first-day-with-a-gap",
    breaks="for two hours of the first day nobody was first on call",
    fails=[FIRST_DAY, SMOOTH],
    message={
        FIRST_DAY: r"AuraStudio escalation, level 1: gap is 120 min, want == 0.*Nobody was on call",
        SMOOTH: r"AuraStudio escalation, level 1: nobody was on call",
    },
    touches="oncall:roster",
)
def with_a_gap(deployment: Deployment) -> Iterator[None]:
    gap = {"name": "AuraStudio on call", "start_hours": 6 - LAUNCH, "end_hours": 8 - LAUNCH}
    yield from simulated(deployment, "pagerduty", {"gaps": [gap]}, {"gaps": []})


@fault(
    name="aura-first-day-pages-ended-unanswered",
    breaks="two pages of the first day ended by themselves, though somebody was on call all day",
    fails=[FIRST_DAY, SMOOTH],
    message={
        FIRST_DAY: r"'Exports are late' of .* was never acknowledged\n.*'Voices are silent' of .* was acknowledged by "
        r"Incident workflow alone",
        SMOOTH: r"missed is 2, want == 0",
    },
    touches=TOUCHES,
    hard=True,
)
def ended_unanswered(deployment: Deployment) -> Iterator[None]:
    yield from _past(
        deployment,
        {"title": "Exports are late", "hours_ago": LAUNCH - 4, "resolved": 30},
        {"title": "Voices are silent", "hours_ago": LAUNCH - 9, "acknowledged": 0.2, "automatic": True, "resolved": 20},
    )
