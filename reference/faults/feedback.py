"""Feedback that is dropped, is nobody's, or lies there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.switching import simulated

if TYPE_CHECKING:
    from reference.deployment import Deployment

FEEDBACK, SUPPORT, CASES = "SEI-5.2.2.1.3", "AURA-10.1.1.5", "SEI-5.2.1.1.4"


@fault(
    name="sei-feedback-dropped",
    breaks="the form for feedback thanks, and what was written comes to nobody",
    fails=[FEEDBACK, SUPPORT, CASES],
    message=r"contact form \S+ thanked, and no ticket came of it in Zendesk",
    touches="zendesk:requests",
)
def dropped(deployment: Deployment) -> Iterator[None]:
    yield from simulated(deployment, "zendesk", {"lost_requests": True}, {"lost_requests": False})


@fault(
    name="sei-feedback-is-nobodys",
    breaks="feedback arrives in a queue that belongs to no group and to nobody",
    fails=[FEEDBACK],
    message=r"ticket \d+ \(Feedback .*\) has neither a group nor an assignee",
    touches="zendesk:requests",
    hard=True,
)
def nobodys(deployment: Deployment) -> Iterator[None]:
    yield from simulated(deployment, "zendesk", {"unowned_requests": True}, {"unowned_requests": False})


@fault(
    name="sei-feedback-not-looked-at",
    breaks="what a customer wrote a week ago is still new",
    fails=[FEEDBACK],
    message=r"ticket 2000 \(The list of leads is slow\), which is new: triage is [45] working days, want <= 2",
    touches="zendesk:tickets",
    hard=True,
)
def not_looked_at(deployment: Deployment) -> Iterator[None]:
    ticket = {"subject": "The list of leads is slow", "status": "new", "priority": "low", "hours_ago": 160}
    new = {"tickets": [ticket | {"tags": ["feedback"]}]}
    yield from simulated(deployment, "zendesk", new, {"tickets": []})
