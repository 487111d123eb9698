"""A rollback that nobody wrote up, understood, or learnt from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from reference.faults import fault
from reference.faults.documents import rewritten
from reference.faults.runbooks import removed
from reference.switching import simulated

if TYPE_CHECKING:
    from reference.deployment import Deployment

WRITTEN, CAUSE, PLAN, NEXT = "AURA-12.6.1", "AURA-12.6.2", "AURA-12.6.3", "AURA-12.6.4"
FILE = "post-mortems/0006-empty-translations.md"
TOUCHES = "source:aurastudio:docs:post-mortem-of-the-rollback"


def _replaced(deployment: Deployment, pattern: str, new: str) -> Iterator[None]:
    with rewritten(deployment, FILE, lambda text: re.sub(pattern, new, text, flags=re.DOTALL | re.MULTILINE)):
        yield


def _issue(deployment: Deployment, number: str, **changes: Any) -> Iterator[None]:
    yield from simulated(deployment, "github", {"issues": {number: changes}}, {"issues": {}})


@fault(
    name="aura-rollback-not-written-up",
    breaks="a release was taken back, and nothing was written about it",
    fails=[WRITTEN, CAUSE, PLAN, NEXT],
    message=r"post-mortems holds no post-mortem of the rollback of main \(\w{7}\).*by \w{7}, #101",
    touches=TOUCHES,
)
def not_written_up(deployment: Deployment) -> Iterator[None]:
    with removed(deployment, FILE):
        yield


@fault(
    name="aura-post-mortem-of-another-week",
    breaks="the timeline of the post-mortem tells of a time at which the release was not there",
    fails=[WRITTEN],
    message=r"0006-empty-translations\.md: its timeline tells of 0[12] Jan .*the release was there from",
    touches=TOUCHES,
    hard=True,
)
def of_another_week(deployment: Deployment) -> Iterator[None]:
    yield from _replaced(deployment, r"^\| \d{4}-\d\d-\d\d", "| 2026-01-01")


@fault(
    name="aura-post-mortem-without-times",
    breaks="the post-mortem has a heading for its timeline, and no time under it",
    fails=[WRITTEN],
    message=r"0006-empty-translations\.md: its timeline is empty",
    touches=TOUCHES,
    hard=True,
)
def without_times(deployment: Deployment) -> Iterator[None]:
    yield from _replaced(deployment, r"(## Timeline\n).*?(?=^## )", r"\1\nAll times are UTC.\n\n")


@fault(
    name="aura-post-mortem-without-root-cause",
    breaks="the root cause of a rollback is left blank",
    fails=[CAUSE],
    message=r"0006-empty-translations\.md: its root cause is missing",
    touches=TOUCHES,
)
def without_root_cause(deployment: Deployment) -> Iterator[None]:
    yield from _replaced(deployment, r"(## Root cause\n).*?(?=^## )", r"\1\n")


@fault(
    name="aura-root-cause-names-a-later-change",
    breaks="the root cause names a change that came after the release that was taken back",
    fails=[CAUSE],
    message=r"#102 of its root cause was no part of the release that was taken back",
    touches=TOUCHES,
    hard=True,
)
def names_a_later_change(deployment: Deployment) -> Iterator[None]:
    yield from _replaced(deployment, r"(## Root cause\n.*?)\[#101\]\(\S+\)", r"\1#102")


@fault(
    name="aura-post-mortem-action-overdue",
    breaks="what was to be done after a rollback was due yesterday, and its issue is open",
    fails=[PLAN],
    message=r"0006-empty-translations\.md: overdue is 1, want == 0.*and issue #50 \(.*\) is open",
    touches="github:issues",
)
def action_overdue(deployment: Deployment) -> Iterator[None]:
    yield from _issue(deployment, "50", closed=None)


@fault(
    name="aura-post-mortem-action-closed-unchanged",
    breaks="the issue of a preventive action was closed, and nothing was changed for it",
    fails=[PLAN],
    message=r"issue #50 \(.*\) was closed without a change that it was closed by",
    touches="github:issues",
    hard=True,
)
def action_closed_unchanged(deployment: Deployment) -> Iterator[None]:
    yield from _issue(deployment, "50", fix=None)


@fault(
    name="aura-next-deployment-without-a-day",
    breaks="the milestone with the fixes of a rollback has no due date",
    fails=[NEXT],
    message=r"due dates missing is 1, want == 0.*milestone After the empty translations .*has no due date",
    touches="github:milestones",
)
def without_a_day(deployment: Deployment) -> Iterator[None]:
    yield from simulated(deployment, "github", {"milestones": {"3": {"due_on": None}}}, {"milestones": {}})


@fault(
    name="aura-next-deployment-before-the-fix",
    breaks="the release was deployed before what blocked it was closed",
    fails=[NEXT],
    message=r"blockers open at deploy is 1, want == 0.*was deployed .*and issue #49 \(.*\) was closed",
    touches="github:issues",
    hard=True,
)
def before_the_fix(deployment: Deployment) -> Iterator[None]:
    yield from _issue(deployment, "49", closed=1)
