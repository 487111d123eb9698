"""Customers whom nobody told of a cutover, or whom it was told wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.attestations import Desk
from reference.faults import fault
from reference.statements import restated
from reference.statements.support import WAVE, WAVE_NAME, sign_wave
from reference.switching import simulated

if TYPE_CHECKING:
    from reference.deployment import Deployment

MAIL = "mailchimp:cutover"


@fault(
    name="sei-cutover-mail-without-a-tenant",
    breaks="one tenant was left out of those whom the mail on the cutover went to",
    fails=[WAVE],
    message=r"campaign 'Cutover to this release' went to nobody of canary-birch",
    touches=["mailchimp:recipients"],
)
def without_a_tenant(deployment: Deployment) -> Iterator[None]:
    yield from simulated(deployment, "mailchimp", {"without": ["canary-birch"]}, {"without": []})


@fault(
    name="sei-cutover-mail-bounced",
    breaks="the mail on the cutover was sent to all, and came back from the only contact of one tenant",
    fails=[WAVE],
    message=r"3 tenants: delivered is 66\S* percent, want >= 98.*Not delivered to canary-cedar",
    touches=["mailchimp:recipients"],
    hard=True,
)
def bounced(deployment: Deployment) -> Iterator[None]:
    yield from simulated(deployment, "mailchimp", {"bounced": ["canary-cedar"]}, {"bounced": []})


@fault(
    name="sei-cutover-mail-of-another-zone",
    breaks="the mail gives the right hours, of a zone in which they are hours later",
    fails=[WAVE],
    message=r"campaign 'Cutover to this release' announces .* it was deployed at",
    touches=MAIL,
    hard=True,
)
def another_zone(deployment: Deployment) -> Iterator[None]:
    yield from simulated(deployment, "mailchimp", {"announced_zone": "America/New_York"}, {"announced_zone": None})


@fault(
    name="sei-cutover-not-on-the-status-page",
    breaks="customers got the mail, and the status page announced nothing",
    fails=[WAVE],
    message=r"status page at \S+, .*: maintenance entries is 0, want >= 1",
    touches="statuspage:maintenance",
    hard=True,
)
def not_on_the_status_page(deployment: Deployment) -> Iterator[None]:
    yield from simulated(deployment, "statuspage", {"without_maintenance": True}, {"without_maintenance": False})


@fault(
    name="sei-cutover-wave-without-licence",
    breaks="the shifts after the cutover were signed for people of whom none may answer",
    fails=[WAVE],
    message=r"wave\.toml: unstaffed hours is 2\d\S* h, want == 0",
    touches=f"attestations:{WAVE}",
    hard=True,
)
def wave_without_licence(deployment: Deployment) -> Iterator[None]:
    desk = Desk(deployment.settings, "seiketsu")
    with restated(desk, WAVE_NAME):
        sign_wave(desk, ["someone.else"])
        yield
