"""Business scenarios that nobody accepted, or only those who made them, or another release's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.attestations import Desk, kept
from reference.faults import fault
from reference.statements import restated
from reference.statements.acceptance import LINE, ROLES, accept, scenarios

if TYPE_CHECKING:
    from reference.deployment import Deployment

TOUCHES = f"attestations:{LINE}"
HOUSE, CLIENT = ROLES


@fault(
    name="sei-scenario-not-accepted",
    breaks="the client has not accepted one of the scenarios",
    fails=[LINE],
    message=r"accepted scenarios is 66\.\d+ percent.*A caller asks for a person was accepted by Acceptance Lead only",
    touches=TOUCHES,
)
def not_accepted(deployment: Deployment) -> Iterator[None]:
    desk = Desk(deployment.settings, "seiketsu")
    with restated(desk, ROLES[CLIENT]):
        accept(desk, CLIENT, names=[s for s in scenarios(desk) if "person" not in s])
        yield


@fault(
    name="sei-scenarios-accepted-by-who-made-them",
    breaks="the lead of development was made the acceptance lead, and accepted the scenarios",
    fails=[LINE],
    message=r"aiko@\S+, who has accepted it, is Development Team Lead too",
    touches=[TOUCHES, "attestations:sign-offs"],
    hard=True,
)
def accepted_by_makers(deployment: Deployment) -> Iterator[None]:
    desk = Desk(deployment.settings, "seiketsu")
    register = desk.folder / "roles.toml"
    with restated(desk, ROLES[HOUSE]), kept(register):
        held = f'[[role]]\nname = "{HOUSE}"\nperson = "{desk.address("aiko")}"\n'
        held += f'since = 2026-01-01T00:00:00Z\nlines = ["{LINE}"]\n\n'
        register.write_text(held + register.read_text())
        accept(desk, HOUSE, person=desk.address("aiko"))
        yield


@fault(
    name="sei-scenarios-of-the-candidate-before",
    breaks="the client has accepted the scenarios of the release candidate before this one",
    fails=[LINE],
    message=r"acceptance-client\.toml: is about commit 0ddba11, not",
    touches=TOUCHES,
    hard=True,
)
def candidate_before(deployment: Deployment) -> Iterator[None]:
    desk = Desk(deployment.settings, "seiketsu")
    with restated(desk, ROLES[CLIENT]):
        accept(desk, CLIENT, commit="0ddba11c0ffee")
        yield
