"""Leads that reach the sales wrongly, twice or against their will, and deals that make what they should not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.faults.tenant_creation import MAKING
from reference.switching import switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, LINE = "seiketsu", "SEI-3.2.2.1.4"
PASSING = [f"app:{PRODUCT}:behaviour:crm", *MAKING]


@fault(
    name="sei-crm-email-elsewhere",
    breaks="the lead's address is written to another property of the CRM's contact than its own",
    fails=[LINE],
    message=r"contact \d+: email is 'empty', want '",
    touches=PASSING,
)
def email_elsewhere(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "crm_email_elsewhere")


@fault(
    name="sei-crm-campaign-lost",
    breaks="leads reach the CRM without the campaign that they came by",
    fails=[LINE],
    message=r"contact \d+: utm_campaign is 'empty', want 'golive-",
    touches=PASSING,
    hard=True,
)
def campaign_lost(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "crm_without", ["utm_campaign"])


@fault(
    name="sei-crm-consent-lost",
    breaks="leads reach the CRM without what they agreed to",
    fails=[LINE],
    message=r"contact \d+: marketing_consent is 'empty', want 'true'",
    touches=PASSING,
    hard=True,
)
def consent_lost(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "crm_without", ["marketing_consent"])


@fault(
    name="sei-crm-contact-twice",
    breaks="a contact is made before its address is written: who is told again is there twice, once without address",
    fails=[LINE],
    message=r"contacts in the CRM of one who sent the form four times: lead copies is \d+, want == 1",
    touches=PASSING,
    hard=True,
)
def contact_twice(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "crm_in_two_steps")


@fault(
    name="sei-crm-deal-twice",
    breaks="each time that a lead is told a deal is opened, while its contact stays one",
    fails=[LINE],
    message=r"deals in the CRM of one who sent the form four times: lead copies is \d+, want == 1",
    touches=PASSING,
    hard=True,
)
def deal_twice(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "deal_each_time")


@fault(
    name="sei-crm-everybody-subscribed",
    breaks="marketing mail goes to those as well who did not agree to it, whatever the contact's consent says",
    fails=[LINE],
    message=r"who did not agree to marketing mail is subscribed to it",
    touches=PASSING,
    hard=True,
)
def everybody_subscribed(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "everybody_subscribed")


@fault(
    name="sei-crm-opt-out-unheard",
    breaks="the product does not take what the CRM tells of opt-outs: the next form has mail sent again",
    fails=[LINE],
    message=r"ignored opt outs is 2, want == 0.*not heard of one at the CRM; the CRM sends mail again",
    touches=PASSING,
    hard=True,
)
def opt_out_unheard(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "opt_out_unheard")


@fault(
    name="sei-crm-opt-out-untold",
    breaks="who opts out at the product goes on to get the CRM's mail",
    fails=[LINE],
    message=r"ignored opt outs is 1, want == 0.*the CRM has not heard of one at the product",
    touches=PASSING,
    hard=True,
)
def opt_out_untold(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "opt_out_untold")


@fault(
    name="sei-crm-opt-out-forgotten",
    breaks="a form without consent takes back in the product that its sender had opted out",
    fails=[LINE],
    message=r"ignored opt outs is 1, want == 0.*the product forgot one",
    touches=PASSING,
    hard=True,
)
def opt_out_forgotten(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "opt_out_forgotten")


@fault(
    name="sei-crm-event-unsigned",
    breaks="whoever says that a deal is won is believed: a tenant is made, and nobody bought anything",
    fails=[LINE],
    message=r"an event that nobody signed, of a deal that is not won, was answered 200, and made 1 tenants",
    touches=PASSING,
    hard=True,
)
def event_unsigned(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "crm_unsigned")


@fault(
    name="sei-crm-won-twice",
    breaks="a deal that is won once more makes another tenant",
    fails=[LINE],
    message=r"won, taken back and won again, the deal has made 2 tenants, want 1",
    touches=PASSING,
    hard=True,
)
def won_twice(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "won_makes_again")


@fault(
    name="sei-crm-won-plan",
    breaks="every tenant of a won deal begins on the smallest plan",
    fails=[LINE],
    message=r"won, its tenant is on the plan starter, want professional",
    touches=PASSING,
    hard=True,
)
def won_plan(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "won_plan", "starter")


@fault(
    name="sei-crm-errors-dropped",
    breaks="what the CRM refuses is booked as told: no error ever stands anywhere",
    fails=[LINE],
    message=r"the CRM refuses a lead, and no error of synchronisation tells of it",
    touches=PASSING,
    hard=True,
)
def errors_dropped(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "crm_refusals_dropped")
