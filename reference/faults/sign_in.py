"""Sessions that can't be begun, kept or ended."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.switching import switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT = "seiketsu"
LINES = ["SEI-3.1.1.2.4"]


@fault(
    name="sei-sign-in-ends-in-500",
    breaks="signing in ends in 500 for the viewers of a tenant (others may go on, or no line could be seen)",
    fails=LINES,
    message=r"signing in as viewer@\S+ answered 500",
    touches="*",  # any check signs in
)
def sign_in_ends_in_500(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "login_500_for", "viewer@")


@fault(
    name="sei-sign-in-former-key-forgotten",
    breaks="the signing key was replaced and the former one not kept: only who signs in anew gets on",
    fails=LINES,
    message=r"a session that began under the former key \S+ can't be refreshed.*answered 401",
    touches="app:seiketsu:behaviour:tokens",
    hard=True,
)
def former_key_forgotten(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "former_key_forgotten")


@fault(
    name="sei-sign-in-refresh-broken",
    breaks="signing in works, and no session can be refreshed",
    fails=LINES,
    message=r"a fresh session can't be refreshed.*answered 401",
    touches="app:seiketsu:behaviour:refresh",
    hard=True,
)
def refresh_broken(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "status:/api/v1/auth/refresh", 401)


@fault(
    name="sei-sign-in-logout-ends-nothing",
    breaks="signing out is answered well, and its token goes on opening doors",
    fails=LINES,
    message=r"after signing out.*answered 200",
    touches="app:seiketsu:behaviour:logout",
    hard=True,
)
def logout_ends_nothing(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "no_logout_revocation")
