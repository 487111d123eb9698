"""Penetration tests with something left open, or of another system."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.attestations import Desk
from reference.faults import fault
from reference.statements import restated
from reference.statements.penetration import LINE, NAME, hosts, sign_test

if TYPE_CHECKING:
    from reference.deployment import Deployment

TOUCHES = f"attestations:{LINE}"


@fault(
    name="sei-penetration-finding-open",
    breaks="a high finding of the penetration test is open again",
    fails=[LINE],
    message=r"open high findings is 1, want == 0.*NW-1 is open",
    touches=TOUCHES,
)
def finding_open(deployment: Deployment) -> Iterator[None]:
    desk = Desk(deployment.settings, "seiketsu")
    with restated(desk, NAME):
        sign_test(desk, state_of_high="open")
        yield


@fault(
    name="sei-penetration-test-without-api",
    breaks="the penetration test had the site in its scope, and not the host of API and voice",
    fails=[LINE],
    message=r"uncovered hosts is [12], want == 0.*api\.",
    touches=TOUCHES,
    hard=True,
)
def without_api(deployment: Deployment) -> Iterator[None]:
    desk = Desk(deployment.settings, "seiketsu")
    with restated(desk, NAME):
        api = deployment.settings.products["seiketsu"].api_url.partition("//")[2]
        sign_test(desk, scope=[h for h in hosts(desk) if not h.startswith("api.") and h != api])
        yield


@fault(
    name="sei-penetration-report-changed",
    breaks="the report of the penetration test was rewritten after it was put on record",
    fails=[LINE],
    message=r"report\.md has another hash than was recorded",
    touches=TOUCHES,
    hard=True,
)
def report_changed(deployment: Deployment) -> Iterator[None]:
    desk = Desk(deployment.settings, "seiketsu")
    with restated(desk, NAME):
        path = desk.folder / NAME / "report.md"
        path.write_text(path.read_text().replace("NW-1 (high)", "NW-1 (low)"))
        yield
