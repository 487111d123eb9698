"""Reviews that are not held, look at old figures, or put off what they decided."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import TYPE_CHECKING

from reference.attestations import Desk
from reference.faults import fault
from reference.statements import DAY, now, restated
from reference.statements.reviews import LINE, NEWEST, sign_review

if TYPE_CHECKING:
    from reference.deployment import Deployment

TOUCHES = f"attestations:{LINE}"


@fault(
    name="sei-review-two-months-ago",
    breaks="the last review of the release was 60 days ago",
    fails=[LINE],
    message=r"review age is 60 days, want <= 31",
    touches=TOUCHES,
)
def two_months_ago(deployment: Deployment) -> Iterator[None]:
    desk = Desk(deployment.settings, "seiketsu")
    with restated(desk, NEWEST):
        sign_review(desk, date=now() - 60 * DAY)
        yield


@fault(
    name="sei-review-of-old-figures",
    breaks="the review was held on time, and looked at the figures of the month before again",
    fails=[LINE],
    message=r"looks at the same report as the review before",
    touches=TOUCHES,
    hard=True,
)
def old_figures(deployment: Deployment) -> Iterator[None]:
    desk = Desk(deployment.settings, "seiketsu")
    with restated(desk, NEWEST):
        sign_review(desk, report=sha256(b"the report of last month").hexdigest())
        yield


@fault(
    name="sei-review-puts-actions-off",
    breaks="the review gave an action that was not done another month",
    fails=[LINE],
    message=r"puts 'Raise the memory of the voice tasks' off from",
    touches=TOUCHES,
    hard=True,
)
def puts_off(deployment: Deployment) -> Iterator[None]:
    desk = Desk(deployment.settings, "seiketsu")
    with restated(desk, NEWEST):
        sign_review(desk, put_off=True)
        yield
