"""A manual that leaves a feature out, or that is about a product of before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.faults.documents import rewritten
from reference.faults.runbooks import removed

if TYPE_CHECKING:
    from reference.deployment import Deployment

MANUALS = "SEI-5.2.1.1.3"
FOLDER = "../manual"


def _replaced(deployment: Deployment, name: str, old: str, new: str) -> Iterator[None]:
    with rewritten(deployment, f"{FOLDER}/{name}", lambda text: text.replace(old, new), "seiketsu"):
        yield


@fault(
    name="sei-manual-page-gone",
    breaks="the manual has no page on leads any more",
    fails=[MANUALS],
    message=r"documented features is 7\S* percent.*feature Leads has no page: docs/manual/leads\.md is not there",
    touches="source:seiketsu:docs:manual/leads",
)
def page_gone(deployment: Deployment) -> Iterator[None]:
    with removed(deployment, f"{FOLDER}/leads.md", "seiketsu"):
        yield


@fault(
    name="sei-manual-sample-fails",
    breaks="the page on analytics is there, and the call that it shows is one of a former API",
    fails=[MANUALS],
    message=r"analytics\.md shows GET /api/v1/analytics/overview, which the API does not have",
    touches="source:seiketsu:docs:manual/analytics",
    hard=True,
)
def sample_fails(deployment: Deployment) -> Iterator[None]:
    yield from _replaced(
        deployment, "analytics.md", "```\nGET /api/v1/analytics/dashboard", "```\nGET /api/v1/analytics/overview"
    )


@fault(
    name="sei-manual-of-versions-ago",
    breaks="the page on calls was written for a version of two releases ago",
    fails=[MANUALS],
    message=r"calls\.md: minor versions behind is 2, want <= 1",
    touches="source:seiketsu:docs:manual/calls",
    hard=True,
)
def of_versions_ago(deployment: Deployment) -> Iterator[None]:
    yield from _replaced(deployment, "calls.md", "For version 1.4", "For version 1.2")


@fault(
    name="sei-manual-leaves-a-call-out",
    breaks="the page on properties says nothing of a call that the API has had since its last change",
    fails=[MANUALS],
    message=r"api differences is 1, want == 0.*GET /api/v1/properties/\{property_id\}/market-analysis",
    touches="source:seiketsu:docs:manual/properties",
    hard=True,
)
def leaves_a_call_out(deployment: Deployment) -> Iterator[None]:
    row = "| `GET /api/v1/properties/{property_id}/market-analysis` | shows the market around it |\n"
    yield from _replaced(deployment, "properties.md", row, "")


@fault(
    name="sei-manual-page-to-be-written",
    breaks="the page on voice agents has all its parts, and one of them is still to be written",
    fails=[MANUALS],
    message=r"open todos is 1, want == 0.*voice-agents\.md holds 'TODO'",
    touches="source:seiketsu:docs:manual/voice-agents",
    hard=True,
)
def to_be_written(deployment: Deployment) -> Iterator[None]:
    yield from _replaced(deployment, "voice-agents.md", "## The API", "## Languages\n\nTODO\n\n## The API")
