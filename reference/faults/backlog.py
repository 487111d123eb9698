"""Issues that nobody rates, and improvements that never reached users."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from reference.faults import fault
from reference.switching import simulated

if TYPE_CHECKING:
    from reference.deployment import Deployment

BACKLOG, USABILITY = "AURA-11.2.1.5", "AURA-11.1.2.5"
TOUCHES = "github:issues"


def _issues(deployment: Deployment, **issues: dict[str, Any]) -> Iterator[None]:
    changes = {number.removeprefix("n"): what for number, what in issues.items()}
    yield from simulated(deployment, "github", {"issues": changes}, {"issues": {}})


@fault(
    name="aura-new-issues-without-priority",
    breaks="two issues of last week have no priority",
    fails=[BACKLOG],
    message=r"without priority is 2, want == 0.*issue #54 \(Exports need a name\)",
    touches=TOUCHES,
)
def without_priority(deployment: Deployment) -> Iterator[None]:
    new = {"labels": ["enhancement"], "opened": 90}
    yield from _issues(deployment, n54=new | {"title": "Exports need a name"}, n55=new | {"title": "More voices"})


@fault(
    name="aura-backlog-kept-fresh-by-a-program",
    breaks="a program touches every issue each day, and nobody changed a priority for a month",
    fails=[BACKLOG],
    message=r"last change age is 3\d\S* days, want <= 8|last priority given by a person: .*is 3\d",
    touches=TOUCHES,
    hard=True,
)
def kept_fresh(deployment: Deployment) -> Iterator[None]:
    old = {"opened": 900, "rated": 800, "tended": 5}
    yield from _issues(deployment, n47=old, n48=old)


@fault(
    name="aura-usability-issue-not-rated",
    breaks="what a user found hard two weeks ago has no priority yet",
    fails=[USABILITY, BACKLOG],
    message={
        USABILITY: r"issue #56 \(Where is undo\?\), which nobody has given a priority: triage time is 14",
        BACKLOG: r"without priority is 1, want == 0.*issue #56",
    },
    touches=TOUCHES,
)
def usability_not_rated(deployment: Deployment) -> Iterator[None]:
    yield from _issues(deployment, n56={"title": "Where is undo?", "labels": ["ux"], "opened": 336})


@fault(
    name="aura-usability-issue-done-and-not-deployed",
    breaks="an improvement was closed as done by a change that never came into the release",
    fails=[USABILITY],
    message=r"issue #36 \(.*\) was closed by d15ea5e, which is not in the deployed",
    touches=TOUCHES,
    hard=True,
)
def done_and_not_deployed(deployment: Deployment) -> Iterator[None]:
    yield from _issues(deployment, n36={"fix": "d15ea5e" + "0" * 33})
