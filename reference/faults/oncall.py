"""The paging provider: silenced by a maintenance window, or with an incident open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from reference.faults import fault
from reference.switching import simulated

if TYPE_CHECKING:
    from reference.deployment import Deployment


def _switched(deployment: Deployment, **switches: Any) -> Iterator[None]:
    return simulated(deployment, "pagerduty", switches, {name: [] for name in switches})


@fault(
    name="aura-paging-in-maintenance",
    breaks="every alarm is armed, and a maintenance window at the paging provider swallows the pages of the launch",
    fails=["AURA-10.3.1.4", "AURA-12.1.1"],
    message={
        "AURA-10.3.1.4": r"PagerDuty at \S+: mutes is \d, want == 0.*silences AuraStudio production",
        "AURA-12.1.1": r"no incident at PagerDuty at \S+ came of the rollback's notice",
    },
    touches=["oncall:maintenance"],
    hard=True,
)
def studio_in_maintenance(deployment: Deployment) -> Iterator[None]:
    window = {"name": "AuraStudio", "start_hours": -1, "end_hours": 12}
    yield from _switched(deployment, maintenance=[window])


@fault(
    name="sei-paging-was-muted",
    breaks="the paging provider was muted for the hour after the release, and is not any more",
    fails=["SEI-3.1.1.3.4"],
    message=r"PagerDuty at \S+: mutes is \d, want == 0.*silences Seiketsu production",
    touches=["oncall:maintenance"],
    hard=True,
)
def voice_was_muted(deployment: Deployment) -> Iterator[None]:
    window = {"name": "Seiketsu production", "start_hours": -4, "end_hours": -3}
    yield from _switched(deployment, maintenance=[window])


@fault(
    name="sei-incident-open",
    breaks="a high-urgency incident of the production service is open",
    fails=["SEI-3.1.1.3.4"],
    message=r"incident 'Voice answers late' of Seiketsu production .* is triggered",
    touches=["oncall:incidents"],
    hard=True,
)
def incident_open(deployment: Deployment) -> Iterator[None]:
    incident = {"service": "Seiketsu production", "title": "Voice answers late"}
    yield from _switched(deployment, open_incidents=[incident])
