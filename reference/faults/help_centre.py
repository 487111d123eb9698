"""Help that is down, is not found, or does not hear."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.switching import simulated

if TYPE_CHECKING:
    from reference.deployment import Deployment

HELP, SUPPORT, FEEDBACK, CASES = "AURA-10.1.1.4", "AURA-10.1.1.5", "SEI-5.2.2.1.3", "SEI-5.2.1.1.4"


@fault(
    name="aura-help-centre-down",
    breaks="the help centre answers 503",
    fails=[HELP],
    message=r"help centre \S+ answers 503: there is no help",
    touches=["zendesk:guide", "zendesk:status"],
)
def down(deployment: Deployment) -> Iterator[None]:
    yield from simulated(
        deployment, "zendesk", {"status": 503, "match": "/aurastudio/hc/"}, {"status": None, "match": ""}
    )


@fault(
    name="aura-help-search-finds-nothing",
    breaks="the help centre has all its articles, and the index of its search is empty",
    fails=[HELP],
    message=r"'forgot my password' finds nothing first, want 'Reset your password'",
    touches="zendesk:guide",
    hard=True,
)
def finds_nothing(deployment: Deployment) -> Iterator[None]:
    yield from simulated(deployment, "zendesk", {"empty_index": ["aurastudio"]}, {"empty_index": []})


@fault(
    name="aura-help-articles-for-staff-only",
    breaks="some of the articles that the help centre had are for staff, so that users are asked to sign in",
    fails=[HELP],
    message=r"articles is 14, want >= 15",
    touches="zendesk:guide",
    hard=True,
)
def for_staff_only(deployment: Deployment) -> Iterator[None]:
    titles = ("Effects for voices", "Choose another voice", "Invoices and prices")
    changes = {title: {"audience": "staff"} for title in titles}
    yield from simulated(deployment, "zendesk", {"articles": changes}, {"articles": {}})


@fault(
    name="aura-contact-form-cut-off",
    breaks="the contact form can't reach the help desk",
    fails=[SUPPORT, FEEDBACK, CASES],
    message=r"contact form \S+ answers 502: what users write is not taken",
    touches=["zendesk:requests", "zendesk:status"],
)
def cut_off(deployment: Deployment) -> Iterator[None]:
    switches = {"status": 502, "match": "/requests"}
    yield from simulated(deployment, "zendesk", switches, {"status": None, "match": ""})


@fault(
    name="aura-contact-form-thanks-and-loses",
    breaks="the contact form thanks, and what was written comes to nobody",
    fails=[SUPPORT, FEEDBACK, CASES],
    message=r"contact form \S+ thanked, and no ticket came of it in Zendesk",
    touches="zendesk:requests",
    hard=True,
)
def thanks_and_loses(deployment: Deployment) -> Iterator[None]:
    yield from simulated(deployment, "zendesk", {"lost_requests": True}, {"lost_requests": False})
