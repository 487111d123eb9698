"""Use that is not billed, billed twice, or billed to somebody else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.faults.tenant_creation import MAKING
from reference.switching import simulated, switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, LINE = "seiketsu", "SEI-3.2.2.1.2"
BILLING = [f"app:{PRODUCT}:behaviour:billing", *MAKING]


@fault(
    name="sei-billing-usage-dropped",
    breaks="the seconds of calls are not booked",
    fails=[LINE],
    message=r"calls of this run: usage difference is \d+, want == 0.*used \d+ and 0 were counted.*: lost\?",
    touches=BILLING,
)
def usage_dropped(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "usage_untold")


@fault(
    name="sei-billing-retried-twice",
    breaks="each try to book a call has a key of its own: what is tried again is counted again",
    fails=[LINE],
    message=r"calls of this run: usage difference is \d+, want == 0.*tenant \w{8} used \d+ and \d+ were.*twice\?",
    touches=BILLING,
    hard=True,
)
def retried_twice(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "usage_by_attempt")


@fault(
    name="sei-billing-wrong-tenant",
    breaks="each process keeps the first customer that it billed, and bills all calls to it; the sum is right",
    fails=[LINE],
    message=r"calls of this run: usage difference is \d+, want == 0.*billed to the wrong tenant\?",
    touches=BILLING,
    hard=True,
)
def wrong_tenant(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "first_customer_kept")


@fault(
    name="sei-billing-event-twice",
    breaks="an event that the payment provider sends again is handled again: the plan's fee stands twice on a month",
    fails=[LINE],
    message=r"invoice difference is 14900 cents, want == 0.*Plan professional 14900 \+ Plan professional 14900",
    touches=BILLING,
    hard=True,
)
def event_twice(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "events_taken_again")


@fault(
    name="sei-billing-unpaid-entitled",
    breaks="who does not pay keeps what it does not pay for",
    fails=[LINE],
    message=r"chargeCustomerFail: the tenant still has what it has not paid for",
    touches=BILLING,
    hard=True,
)
def unpaid_entitled(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "unpaid_stay_entitled")


@fault(
    name="sei-billing-yesterday-halved",
    breaks="of one real tenant only half of yesterday's use arrived at the provider, and two charges in three failed",
    fails=[LINE],
    message=r"yesterday's use .*: usage difference is \d+, want == 0(.|\n)*revenue to baseline is 0\.[0-7]",
    touches=["stripe:history"],
    hard=True,
)
def yesterday_halved(deployment: Deployment) -> Iterator[None]:
    broken = {"halved": ["canary-birch"], "unpaid": True}
    yield from simulated(deployment, "stripe", broken, {"halved": [], "unpaid": False})
