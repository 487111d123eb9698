"""A runbook that somebody on call can't read, or that is not the one of now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.faults.pages import republished
from reference.switching import simulated

if TYPE_CHECKING:
    from reference.deployment import Deployment

REACH = "AURA-10.2.1.5"


@fault(
    name="aura-on-call-can-not-read-the-runbook",
    breaks="one of those on call was taken from the repository's readers",
    fails=[REACH],
    message=r"readers is 80 percent, want == 100.*Priya Raman can't read docs/operations/runbook\.md",
    touches="github:collaborators",
)
def can_not_read(deployment: Deployment) -> Iterator[None]:
    yield from simulated(deployment, "github", {"without_access": ["priya-raman"]}, {"without_access": []})


@fault(
    name="aura-published-runbook-outdated",
    breaks="the runbook that is published still stops all tasks, as it was done a year ago",
    fails=[REACH],
    message=r"/runbook: hash differences is 1, want == 0.*It shows another text than docs/operations/runbook\.md",
    touches="edge:aurastudio:page:runbook",
    hard=True,
)
def outdated(deployment: Deployment) -> Iterator[None]:
    with republished(deployment, "runbook", lambda text: text.replace("Stop a task that alone answers so", "Stop all")):
        yield


@fault(
    name="aura-published-runbook-gone",
    breaks="the address that alarms name answers 404",
    fails=[REACH],
    message=r"/runbook answers 404: those on call do not reach the runbook",
    touches="edge:aurastudio:page:runbook",
    hard=True,
)
def gone(deployment: Deployment) -> Iterator[None]:
    with republished(deployment, "runbook", None):
        yield
