"""Legal duties that are not met, or no longer as counsel approved them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.attestations import Desk
from reference.faults import fault
from reference.faults.pages import republished
from reference.schema.canaries import ORGANIZATIONS
from reference.statements import restated
from reference.statements.legal import DUTIES, LINE, NAME, sign_register

if TYPE_CHECKING:
    from reference.deployment import Deployment

TOUCHES = f"attestations:{LINE}"


@fault(
    name="sei-processor-without-contract",
    breaks="there is no contract on the processing of data with ElevenLabs",
    fails=[LINE],
    message=r"closed duties is 87\.5 percent.*the contract with ElevenLabs is not in the register",
    touches=TOUCHES,
)
def without_contract(deployment: Deployment) -> Iterator[None]:
    desk = Desk(deployment.settings, "seiketsu")
    with restated(desk, NAME):
        sign_register(desk, [duty for duty in DUTIES if "ElevenLabs" not in duty])
        yield


@fault(
    name="sei-privacy-text-not-approved",
    breaks="the privacy policy was changed after counsel approved it",
    fails=[LINE],
    message=r"/privacy has other words than counsel has approved",
    touches=[TOUCHES, "edge:seiketsu:page:privacy"],
    hard=True,
)
def text_not_approved(deployment: Deployment) -> Iterator[None]:
    with republished(deployment, "privacy", lambda text: text.replace("after a year", "after ten years"), "seiketsu"):
        yield


@fault(
    name="sei-calls-recorded-without-a-word",
    breaks="the register is signed, and one agency's agent records calls without saying so",
    fails=[LINE],
    message=r"announced calls is \S+ percent.*does not say that the call is recorded",
    touches="postgres:seiketsu:voice_agents:greeting",
    hard=True,
)
def recorded_without_a_word(deployment: Deployment) -> Iterator[None]:
    agent = str(ORGANIZATIONS[1].row_id("voice_agents"))
    with deployment.sql("seiketsu") as session:
        row = session.execute("SELECT greeting FROM voice_agents WHERE id = %s", (agent,)).fetchone()
        assert row is not None
        quiet = row[0].replace(" This call may be recorded.", "")
        session.execute("UPDATE voice_agents SET greeting = %s WHERE id = %s", (quiet, agent))
    try:
        yield
    finally:
        with deployment.sql("seiketsu") as session:
            session.execute("UPDATE voice_agents SET greeting = %s WHERE id = %s", (row[0], agent))
