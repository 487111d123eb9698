"""A launch campaign that says what is not so, or that leads to nobody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.attestations import Desk
from reference.faults import fault
from reference.faults.pages import republished
from reference.statements import restated
from reference.statements.campaign import LINE, NAME, sign_campaign
from reference.switching import switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

PAGE = "edge:seiketsu:page:launch"


@fault(
    name="sei-price-page-of-other-prices",
    breaks="a plan is billed at another price than the price list and the launch page say",
    fails=[LINE],
    message=r"wrong claims is 2, want == 0.*says Agency is 499, the catalogue of plans says 549",
    touches=["app:seiketsu:behaviour:plan_prices", PAGE],
)
def other_prices(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, "seiketsu", "plan_prices", {"Agency": 549})


@fault(
    name="sei-launch-page-changed-after-approval",
    breaks="somebody touched the launch page up after marketing had approved it",
    fails=[LINE],
    message=r"approved assets is 66\S* percent.*Launch page: \S+/launch says something else than was approved",
    touches=PAGE,
    hard=True,
)
def changed_after_approval(deployment: Deployment) -> Iterator[None]:
    with republished(deployment, "launch", lambda text: text.replace("in a minute", "in a second"), "seiketsu"):
        yield


@fault(
    name="sei-launch-page-promises-four-nines",
    breaks="the launch page is as it was approved, and promises a better availability than any contract",
    fails=[LINE],
    message=r"wrong claims is 1, want == 0.*claims an availability of 99\.99 %, 99\.9 % are promised",
    touches=[PAGE, f"attestations:{LINE}"],
    hard=True,
)
def promises_four_nines(deployment: Deployment) -> Iterator[None]:
    desk = Desk(deployment.settings, "seiketsu")
    with (
        republished(deployment, "launch", lambda text: text.replace("99.9 %", "99.99 %"), "seiketsu"),
        restated(desk, NAME),
    ):
        sign_campaign(desk)
        yield


@fault(
    name="sei-launch-form-sends-to-staging",
    breaks="the words of the launch page are those that were approved, and its form sends to where it was tried out",
    fails=[LINE],
    message=r"sends its form to https://staging\.seiketsu\.example/register, which is not production",
    touches=PAGE,
    hard=True,
)
def form_to_staging(deployment: Deployment) -> Iterator[None]:
    before = f"{deployment.settings.products['seiketsu'].api_url}/api/v1/auth/register"
    after = "https://staging.seiketsu.example/register"
    with republished(deployment, "launch", lambda text: text.replace(before, after), "seiketsu"):
        yield


@fault(
    name="sei-launch-page-hidden-from-search",
    breaks="the launch page still tells search engines not to show it",
    fails=[LINE],
    message=r"/launch tells search engines not to show it",
    touches=PAGE,
    hard=True,
)
def hidden_from_search(deployment: Deployment) -> Iterator[None]:
    tag = '<meta name="robots" content="noindex, nofollow">'
    with republished(deployment, "launch", lambda text: text.replace("</head>", f"{tag}</head>"), "seiketsu"):
        yield
