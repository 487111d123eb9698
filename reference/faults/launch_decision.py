"""A launch that nobody decided on, or on another build, or without knowing what is open; a team that is not ready."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from reference.attestations import Desk, kept
from reference.faults import fault
from reference.statements import restated, without
from reference.statements.launch import decide, decision, declaration, declare

if TYPE_CHECKING:
    from reference.deployment import Deployment

DECISION, TEAM = "AURA-10.3.1.6", "AURA-13.3.2"
OWNER, LEAD = "Product Owner", "Engineering Lead"
ONE, OTHER = "mira.okafor@aurastudio.example", "jonas.lindqvist@aurastudio.example"


@contextmanager
def _decided(deployment: Deployment, role: str) -> Iterator[Desk]:
    desk = Desk(deployment.settings, "aurastudio")
    with restated(desk, decision(role)):
        yield desk


@fault(
    name="aura-launch-not-decided",
    breaks="the product owner has not signed that the release goes live",
    fails=[DECISION],
    message=r"signatures is 1, want >= 2",
    touches=f"attestations:{DECISION}",
)
def not_decided(deployment: Deployment) -> Iterator[None]:
    with _decided(deployment, OWNER) as desk:
        without(desk, decision(OWNER))
        yield


@fault(
    name="aura-launch-of-the-build-before",
    breaks="the engineering lead decided on the build before this one",
    fails=[DECISION],
    message=r"launch-engineering-lead\.toml: is about commit 0ddba11, not",
    touches=f"attestations:{DECISION}",
    hard=True,
)
def build_before(deployment: Deployment) -> Iterator[None]:
    with _decided(deployment, LEAD) as desk:
        decide(desk, LEAD, commit="0ddba11c0ffee")
        yield


@fault(
    name="aura-launch-without-what-is-open",
    breaks="the product owner decided without naming the line that failed",
    fails=[DECISION],
    message=r"unlisted failures is 1, want == 0.*AURA-10\.1\.1\.2 is failed and not among the accepted",
    touches=f"attestations:{DECISION}",
    hard=True,
)
def without_open(deployment: Deployment) -> Iterator[None]:
    with _decided(deployment, OWNER) as desk:
        decide(desk, OWNER, accepts=[])
        yield


@fault(
    name="aura-engineer-did-not-declare",
    breaks="one of those on call has not declared that they can run the system",
    fails=[TEAM],
    message=r"declared is \d+ percent.*mira\.okafor@\S+ has no record that holds",
    touches=f"attestations:{TEAM}",
)
def engineer_did_not(deployment: Deployment) -> Iterator[None]:
    desk = Desk(deployment.settings, "aurastudio")
    with restated(desk, declaration(ONE)):
        without(desk, declaration(ONE))
        yield


@fault(
    name="aura-team-declared-with-one-key",
    breaks="a colleague signed for an engineer, with the one key that is listed for both",
    fails=[TEAM],
    message=r"jonas\S+ and mira\S+ have signed with one key",
    touches=f"attestations:{TEAM}",
    hard=True,
)
def declared_with_one_key(deployment: Deployment) -> Iterator[None]:
    desk = Desk(deployment.settings, "aurastudio")
    signers = desk.folder / "allowed_signers"
    with kept(signers), restated(desk, declaration(ONE)):
        signers.write_text(signers.read_text() + f'{ONE} namespaces="golive" {desk.make_key(OTHER).read_text()}')
        declare(desk, ONE, key=OTHER)
        yield


@fault(
    name="aura-team-declared-before-this-release",
    breaks="an engineer declared themselves ready for the release before",
    fails=[TEAM],
    message=r"ready-mira\.okafor\.toml: is about release 1\.9\.4, not",
    touches=f"attestations:{TEAM}",
    hard=True,
)
def declared_before(deployment: Deployment) -> Iterator[None]:
    desk = Desk(deployment.settings, "aurastudio")
    with restated(desk, declaration(ONE)):
        declare(desk, ONE, release="1.9.4")
        yield
