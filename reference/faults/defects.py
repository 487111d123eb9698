"""Defects that are open and grave, closed without a fix, or nobody's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from reference.faults import fault
from reference.switching import simulated

if TYPE_CHECKING:
    from reference.deployment import Deployment

OPEN, TIMES, BACKLOG = "AURA-13.1.4", "AURA-11.1.2.3", "AURA-11.2.1.5"
TOUCHES = "github:issues"


def _issues(deployment: Deployment, **issues: dict[str, Any]) -> Iterator[None]:
    changes = {number.removeprefix("n"): what for number, what in issues.items()}
    yield from simulated(deployment, "github", {"issues": changes}, {"issues": {}})


@fault(
    name="aura-critical-defect-open-for-days",
    breaks="a critical defect has been open for three days",
    fails=[TIMES, OPEN],
    message={
        TIMES: r"issue #51 \(Memories of others\), critical and open: critical fix time is 7\d\S* h, want <= 24",
        OPEN: r"critical is 1, want == 0.*issue #51 \(Memories of others\) is critical",
    },
    touches=TOUCHES,
)
def open_for_days(deployment: Deployment) -> Iterator[None]:
    new = {"title": "Memories of others", "labels": ["bug", "critical"], "opened": 72}
    yield from _issues(deployment, n51=new)


@fault(
    name="aura-critical-defect-closed-without-fix",
    breaks="a critical defect was closed in time, and nothing was changed for it",
    fails=[TIMES],
    message=r"issue #41 \(.*\) was closed without a commit that mends it",
    touches=TOUCHES,
    hard=True,
)
def closed_without_fix(deployment: Deployment) -> Iterator[None]:
    yield from _issues(deployment, n41={"fix": None})


@fault(
    name="aura-fatal-errors-with-a-minor-issue",
    breaks="an issue without severity is open, and the errors that it speaks of are fatal",
    fails=[OPEN],
    message=r"'OutOfMemory: the renderer died' is fatal and unresolved .*issue #52 .* with no severity",
    touches=[TOUCHES, "app:aurastudio:behaviour:errors"],
    hard=True,
)
def fatal_with_minor(deployment: Deployment) -> Iterator[None]:
    planted = {"type": "OutOfMemory", "place": "reference.app.jobs in render", "message": "the renderer died"}
    planted |= {"minutes_ago": [200, 220], "level": "fatal"}
    new = {"title": "Exports are slow", "labels": ["question"], "body": "See OutOfMemory: the renderer died."}
    deployment.simulate("sentry", {"planted": [planted]})
    try:
        yield from _issues(deployment, n52=new)
    finally:
        deployment.simulate("sentry", {"planted": []})


@fault(
    name="aura-defect-without-owner",
    breaks="a defect has neither an owner nor a severity",
    fails=[TIMES, BACKLOG],
    message={
        TIMES: r"unassigned is 1, want == 0.*issue #47",
        BACKLOG: r"without priority is 1, want == 0.*issue #47",
    },
    touches=TOUCHES,
    hard=True,
)
def without_owner(deployment: Deployment) -> Iterator[None]:
    yield from _issues(deployment, n47={"assignee": None, "labels": ["bug"]})
