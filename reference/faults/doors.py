"""Operations that let in who shows no good credential."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.switching import switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, LINE = "seiketsu", "SEI-1.2.1.1.2"
RENEWAL = f"app:{PRODUCT}:behaviour:refresh"
"""What the check has the session of a changed password by: without it nothing is observed."""
NOBODYS = "00000000-0000-4000-8000-00000000d00d"
"""The organisation that such callers are taken for: none."""


@fault(
    name="sei-door-leads-unguarded",
    breaks="a route of the leads has lost its dependency on who calls",
    fails=[LINE],
    message=r"hot_leads \(GET\) let in: no credential; a word that is no token; unsigned",
    touches=["app:seiketsu:behaviour:hot-leads-door", RENEWAL],
)
def leads_unguarded(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "unguarded GET:/api/v1/leads/hot", NOBODYS)


@fault(
    name="sei-door-audience-not-verified",
    breaks="tokens are verified, and for whom they were made is not",
    fails=[LINE],
    message=r"and \d+ more let in: for another audience",
    touches=["app:seiketsu:behaviour:tokens", RENEWAL],
    hard=True,
)
def audience_not_verified(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "skip_audience")


@fault(
    name="sei-door-log-out-unseen",
    breaks="one group of routes does not ask whether a token's user has signed out",
    fails=[LINE],
    message=r"analytics_\w+ \(GET\).* let in: a token after signing out",
    touches=["app:seiketsu:behaviour:analytics-sessions", RENEWAL],
    hard=True,
)
def log_out_unseen(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "log_out_unseen:/api/v1/analytics")


@fault(
    name="sei-door-open-with-a-slash",
    breaks="a route is guarded, and with a slash at its end it is not",
    fails=[LINE],
    message=r"GET /api/v1/properties/ let in: no credential",
    touches=["app:seiketsu:behaviour:properties-door", RENEWAL],
    hard=True,
)
def open_with_a_slash(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "unguarded with slash:/api/v1/properties", NOBODYS)


@fault(
    name="sei-door-tenant-claim-unverified",
    breaks="a signature that was good once is good beside the same subject, whatever tenant the token says",
    fails=[LINE],
    message=r"let in: .*its tenant altered under the old signature",
    touches=["app:seiketsu:behaviour:signatures", RENEWAL],
    hard=True,
)
def tenant_claim_unverified(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "signature_remembered")


@fault(
    name="sei-door-tenant-claim-believed",
    breaks="nobody asks whether the user of a token is of the organisation that it says",
    fails=[LINE],
    message=r"let in: well signed, of another tenant than its user",
    touches=["app:seiketsu:behaviour:memberships", RENEWAL],
    hard=True,
)
def tenant_claim_believed(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "tenant_claim_believed")


@fault(
    name="sei-door-open-after-password-change",
    breaks="who changes their password leaves all sessions open, those of a thief too",
    fails=[LINE],
    message=r"let in: a token after its user's password changed",
    touches=["app:seiketsu:behaviour:password-change", RENEWAL],
    hard=True,
)
def open_after_password_change(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "password_keeps_sessions")
