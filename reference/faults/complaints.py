"""Complaints that nobody has ended, and a watch that does not watch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from reference.attestations import Desk, kept
from reference.faults import fault
from reference.statements import DAY, now, restated
from reference.statements.watches import PRESS, PRESS_NAME, watch
from reference.switching import simulated

if TYPE_CHECKING:
    from reference.deployment import Deployment

COMPLAINTS = "SEI-3.2.1.2.1"
TICKETS = "zendesk:tickets"


def _tickets(deployment: Deployment, *tickets: dict[str, Any]) -> Iterator[None]:
    yield from simulated(deployment, "zendesk", {"tickets": list(tickets)}, {"tickets": []})


@fault(
    name="sei-urgent-ticket-open",
    breaks="an urgent ticket has been open since the release",
    fails=[COMPLAINTS],
    message=r"open critical tickets is 1, want == 0.*ticket 2000 \(Nobody can call us\) is urgent and is open",
    touches=TICKETS,
)
def urgent_open(deployment: Deployment) -> Iterator[None]:
    ticket = {"subject": "Nobody can call us", "status": "open", "priority": "urgent", "hours_ago": 2, "reply": 10}
    yield from _tickets(deployment, ticket)


@fault(
    name="sei-complaint-suspended",
    breaks="a customer who sees another company's leads was taken for unwanted mail",
    fails=[COMPLAINTS],
    message=r"ticket 500 \(Strange leads\) says '(an)?other company's data' and was suspended as unwanted",
    touches="zendesk:suspended",
    hard=True,
)
def complaint_suspended(deployment: Deployment) -> Iterator[None]:
    content = "We see another company's data in our list of leads."
    mail = {"subject": "Strange leads", "content": content, "hours_ago": 0.5}
    yield from simulated(deployment, "zendesk", {"suspended": [mail]}, {"suspended": []})


@fault(
    name="sei-complaint-closed-without-answer",
    breaks="an urgent ticket was closed without an answer, and another has no priority for an hour",
    fails=[COMPLAINTS],
    message=r"\(Calls are cut\) is urgent and was closed without an answer.*\n.*untriaged tickets is 1",
    touches=TICKETS,
    hard=True,
)
def closed_without_answer(deployment: Deployment) -> Iterator[None]:
    closed = {"subject": "Calls are cut", "status": "closed", "priority": "urgent", "hours_ago": 3}
    waiting = {"subject": "A question", "status": "new", "hours_ago": 1}
    yield from _tickets(deployment, closed, waiting)


@fault(
    name="sei-public-watch-three-days-old",
    breaks="nobody has looked at what is said in public for three days",
    fails=[PRESS],
    message=r"first days entry age is 7\d\S* h, want <= 8",
    touches=f"attestations:{PRESS}",
)
def watch_old(deployment: Deployment) -> Iterator[None]:
    desk = Desk(deployment.settings, "seiketsu")
    with restated(desk, PRESS_NAME):
        watch(desk, date=now() - 3 * DAY)
        yield


@fault(
    name="sei-public-watch-overlooks-the-press",
    breaks="the watch says that there is nothing, and the press has asked twice",
    fails=[PRESS],
    message=r"says that there is nothing, and ticket 2000 .*ticket 2001 .* of the help desk",
    touches=TICKETS,
    hard=True,
)
def overlooks_press(deployment: Deployment) -> Iterator[None]:
    asked = {"status": "open", "priority": "normal", "tags": ["press"], "hours_ago": 4, "reply": 30}
    yield from _tickets(deployment, asked | {"subject": "Your voice agents"}, asked | {"subject": "An article"})


@fault(
    name="sei-public-watch-by-a-stranger",
    breaks="who signed the watch has the role, and is in no rota: nobody would hear of a roll-back",
    fails=[PRESS],
    message=r"priya@\S+ is no user of PagerDuty",
    touches=[f"attestations:{PRESS}", "attestations:sign-offs"],
    hard=True,
)
def watch_by_stranger(deployment: Deployment) -> Iterator[None]:
    desk = Desk(deployment.settings, "seiketsu")
    register = desk.folder / "roles.toml"
    with restated(desk, PRESS_NAME), kept(register):
        held = f'[[role]]\nname = "Reputation Watch"\nperson = "{desk.address("priya")}"\n'
        held += f'since = 2026-01-01T00:00:00Z\nlines = ["{PRESS}"]\n\n'
        register.write_text(held + register.read_text())
        watch(desk, person=desk.address("priya"))
        yield
