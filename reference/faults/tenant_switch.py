"""A site on which the former tenant stays when somebody changes to another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.faults.scripts import built_careless

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, LINE = "seiketsu", "SEI-1.2.2.2.4"
_APP = ("errors", "tenant-filter", "lead-by-id", "search-over-all", "tenant-of-session", "tokens", "sign-in-tokens",
        "roles", "slow-organization")  # fmt: skip
TOUCHED = (
    f"site:{PRODUCT}:assets", f"site:{PRODUCT}:pages", *(f"app:{PRODUCT}:behaviour:{name}" for name in _APP),
    f"postgres:{PRODUCT}:table:leads", f"postgres:{PRODUCT}:table:leads:row-security", f"nginx:{PRODUCT}-api:routes",
    f"nginx:{PRODUCT}-web:routes", f"edge:{PRODUCT}:page",
)  # fmt: skip
"""The site, which is built anew with all that it publishes, and what it shows the two tenants by."""


@fault(
    name="sei-switch-keeps-the-cache",
    breaks="answers that the browser keeps are kept by their path alone, and stay when the tenant changes",
    fails=[LINE],
    message=r"former tenant markers is \d+, want == 0.*localStorage of the tab",
    touches=TOUCHED,
)
def keeps_the_cache(deployment: Deployment) -> Iterator[None]:
    yield from built_careless(deployment, PRODUCT, "cache")


@fault(
    name="sei-switch-late-answer-wins",
    breaks="an answer of the former tenant that comes late is shown over the new tenant's list",
    fails=[LINE],
    message=r"former tenant markers is \d+, want == 0.*in page of the tab;",
    touches=TOUCHED,
    hard=True,
)
def late_answer_wins(deployment: Deployment) -> Iterator[None]:
    yield from built_careless(deployment, PRODUCT, "late")


@fault(
    name="sei-switch-other-tab-stays",
    breaks="a second tab goes on showing the former tenant",
    fails=[LINE],
    message=r"page of another tab.*another tab does not show the new tenant",
    touches=TOUCHED,
    hard=True,
)
def other_tab_stays(deployment: Deployment) -> Iterator[None]:
    yield from built_careless(deployment, PRODUCT, "tabs")
