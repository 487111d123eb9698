"""Emergency access that nobody could use, that is taken unheard, or whose drill did not happen as it is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.attestations import Desk
from reference.describe.account import data
from reference.faults import fault
from reference.faults.source import folder_of
from reference.statements import restated
from reference.statements.break_glass import LINE, NAME, sign_drill

if TYPE_CHECKING:
    from pathlib import Path

    from reference.deployment import Deployment

PRODUCT = "seiketsu"
PAGE, DRILL = "source:seiketsu:break-glass", f"attestations:{LINE}"


def _page(deployment: Deployment) -> Path:
    return folder_of(deployment, PRODUCT) / "docs" / "operations" / "break-glass.md"


@fault(
    name="sei-break-glass-page-deleted",
    breaks="the page about emergency access was deleted",
    fails=[LINE],
    message=r"break-glass\.md is not there",
    touches=PAGE,
)
def page_deleted(deployment: Deployment) -> Iterator[None]:
    page = _page(deployment)
    text = page.read_text()
    page.unlink()
    try:
        yield
    finally:
        page.write_text(text)


@fault(
    name="sei-break-glass-by-somebody-who-left",
    breaks="the page about emergency access names somebody who has left",
    fails=[LINE],
    message=r"break-glass\.md: Hanna Vogel is not in PagerDuty",
    touches=PAGE,
    hard=True,
)
def somebody_who_left(deployment: Deployment) -> Iterator[None]:
    page = _page(deployment)
    text = page.read_text()
    page.write_text(text.replace("Ben Carver", "Hanna Vogel"))
    try:
        yield
    finally:
        page.write_text(text)


@fault(
    name="sei-break-glass-alarm-without-target",
    breaks="the rule that hears of emergency access is there and sends to nobody",
    fails=[LINE],
    message=r"role \S+-break-glass: rule \S+ hears that somebody takes it and has no target",
    touches="aws:seiketsu:events:break-glass",
    hard=True,
)
def alarm_without_target(deployment: Deployment) -> Iterator[None]:
    events = deployment.aws(PRODUCT, "events")
    rule = f"{data(PRODUCT)['prefix']}-break-glass"
    targets = events.list_targets_by_rule(Rule=rule)["Targets"]
    events.remove_targets(Rule=rule, Ids=[t["Id"] for t in targets])
    try:
        yield
    finally:
        events.put_targets(Rule=rule, Targets=targets)


@fault(
    name="sei-break-glass-drill-made-up",
    breaks="the signed drill names an event that the trail does not have",
    fails=[LINE],
    message=r"CloudTrail has no such event \(00000000-",
    touches=DRILL,
    hard=True,
)
def drill_made_up(deployment: Deployment) -> Iterator[None]:
    desk = Desk(deployment.settings, PRODUCT)
    with restated(desk, NAME):
        sign_drill(desk, event="00000000-0000-4000-8000-000000000000")
        yield
