"""Pages that nobody answers, or no person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.simulators.pagerduty_roster import Roster
from reference.switching import simulated

if TYPE_CHECKING:
    from reference.deployment import Deployment

LINE, TOUCHES = "AURA-10.3.1.5", ("oncall:answers", "oncall:roster")


@fault(
    name="aura-secondary-does-not-answer",
    breaks="who is second on call for AuraStudio does not acknowledge",
    fails=[LINE],
    message=r"level 2, [\w ]+ did not acknowledge the test page",
    touches=TOUCHES,
)
def secondary_silent(deployment: Deployment) -> Iterator[None]:
    schedule = next(s for s in Roster.of(["aurastudio"]).schedules if s.name.endswith("secondary"))
    now = datetime.now(UTC)
    name = next(schedule.shifts(now, now + timedelta(seconds=1)))[2].name
    yield from simulated(deployment, "pagerduty", {"unresponsive": [name]}, {"unresponsive": []})


@fault(
    name="aura-automation-acknowledges",
    breaks="a workflow acknowledges every page, so that none climbs, and no person has seen it",
    fails=[LINE],
    message=r"Incident workflow acknowledged the page, not a person",
    touches=TOUCHES,
    hard=True,
)
def automation_acknowledges(deployment: Deployment) -> Iterator[None]:
    switches = {"automatic_acknowledgement": True}
    yield from simulated(deployment, "pagerduty", switches, {"automatic_acknowledgement": False})
