"""Signing in that gives way: to guesses, to listeners, to whoever asks for more, and to thieves of sessions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.switching import switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, LINE = "seiketsu", "SEI-1.3.1.4.3"
GUESSES = "app:seiketsu:behaviour:guesses"


@fault(
    name="sei-log-in-guesses-unlimited",
    breaks="nobody counts wrong passwords",
    fails=[LINE],
    message=r"wrong passwords for one account: attempts before the first refusal: failures before lockout is 25",
    touches=GUESSES,
)
def guesses_unlimited(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "guesses_unlimited")


@fault(
    name="sei-log-in-guesses-by-process",
    breaks="each process counts the wrong passwords that it saw itself, so each instance more admits ten more",
    fails=[LINE],
    message=r"passwords for one account: attempts before the first refusal: .* lockout is (1[1-9]|2\d)",
    touches=GUESSES,
    hard=True,
)
def guesses_by_process(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "guesses_by_process")


@fault(
    name="sei-log-in-guesses-by-forwarded",
    breaks="the balancer passes on what clients say of their address, so each guess comes from somebody else",
    fails=[LINE],
    message=r"one password for many accounts from one address: .*: failures before lockout is (1[1-9]|2\d)",
    touches=["nginx:seiketsu-api:forwarded"],
    hard=True,
)
def guesses_by_forwarded(deployment: Deployment) -> Iterator[None]:
    former = deployment.edge.reconfigure(forwarded={PRODUCT: "$http_x_forwarded_for"})
    try:
        yield
    finally:
        deployment.edge.reconfigure(**former)


@fault(
    name="sei-profile-takes-role",
    breaks="who changes their own profile may write a role into it",
    fails=[LINE],
    message=r"profile_update \(\S+ \S+\) takes role from its body: it became org_admin",
    touches="app:seiketsu:behaviour:profile",
    hard=True,
)
def profile_takes_role(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "profile_takes_role")


@fault(
    name="sei-refresh-reuse-tolerated",
    breaks="a refresh token that is used twice is refused, and the session that a thief has of it goes on",
    fails=[LINE],
    message=r"a refresh token was used twice, and its session goes on: refresh \(\S+ \S+\) answered 200",
    touches="app:seiketsu:behaviour:refresh-reuse",
    hard=True,
)
def refresh_reuse_tolerated(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "refresh_reuse_tolerated")


@fault(
    name="sei-log-in-keeps-session",
    breaks="who signs in while showing a token goes on with that one, which somebody else may have set",
    fails=[LINE],
    message=r"sign_in \(\S+ \S+\) keeps the token that was shown to it",
    touches="app:seiketsu:behaviour:sign-in-tokens",
    hard=True,
)
def log_in_keeps_session(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "login_keeps_token")


@fault(
    name="sei-log-in-refusal-tells-accounts",
    breaks="who signs in with an unknown address is told so",
    fails=[LINE],
    message=r"the refusal tells whether an address has an account",
    touches="app:seiketsu:behaviour:refusals",
    hard=True,
)
def refusal_tells_accounts(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "login_tells_unknown")
