"""Customers who all write at once, or whose letters are lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from reference.faults import fault
from reference.switching import simulated

if TYPE_CHECKING:
    from reference.deployment import Deployment

DEMAND = "SEI-3.2.1.2.2"
TICKETS = "zendesk:tickets"


def _written(count: int, **of: Any) -> list[dict[str, Any]]:
    common = {"subject": "A question", "status": "solved", "priority": "normal", "reply": 9}
    return [common | {"hours_ago": 0.5 + n * 0.2} | of for n in range(count)]


@fault(
    name="sei-support-asked-four-times-as-much",
    breaks="four times as many customers write as on this weekday of other weeks",
    fails=[DEMAND],
    message=r"volume above mean is \d+.*, want <= 2.*2\d tickets, 7\.0 at this time of other weeks",
    touches=TICKETS,
)
def four_times(deployment: Deployment) -> Iterator[None]:
    yield from simulated(deployment, "zendesk", {"tickets": _written(22)}, {"tickets": []})


@fault(
    name="sei-support-mail-lost-since-the-release",
    breaks="mail to support is lost since the release; as many write by the form as had written by mail",
    fails=[DEMAND],
    message=r"email, tickets expected: .*is \d.*Nothing comes by email any more: 0 tickets",
    touches=[TICKETS, "zendesk:channels"],
    hard=True,
)
def mail_lost(deployment: Deployment) -> Iterator[None]:
    switches = {"lost_channel": "email", "tickets": _written(7, channel="web")}
    yield from simulated(deployment, "zendesk", switches, {"lost_channel": None, "tickets": []})


@fault(
    name="sei-support-asked-about-sign-in-alone",
    breaks="all in all as many write as in other weeks, and nearly all of them that they can't sign in",
    fails=[DEMAND],
    message=r"login: volume above mean is .*5 tickets, 1\.\d at this time of other weeks",
    touches=TICKETS,
    hard=True,
)
def sign_in_alone(deployment: Deployment) -> Iterator[None]:
    yield from simulated(deployment, "zendesk", {"tickets": _written(5, tags=["login"])}, {"tickets": []})
