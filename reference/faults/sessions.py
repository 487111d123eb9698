"""Sessions that open for wrong words, or for none, and sessions that do not end."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.switching import switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, LINE = "aurastudio", "AURA-8.1.3.1"


@fault(
    name="aura-session-any-password",
    breaks="accounts that were made since the last change are let in with any password",
    fails=[LINE],
    message=r"signing in with wrong words: unexpected logins is 5, want == 0",
    touches="app:aurastudio:behaviour:passwords",
)
def any_password(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "any_password_since", time.time() - 1)


@fault(
    name="aura-session-refresh-outlives-log-out",
    breaks="signing out ends the access token, and the refresh token goes on making new ones",
    fails=[LINE],
    message=r"the refresh token after signing out still works: refresh \(\S+ \S+\) answered 200",
    touches="app:aurastudio:behaviour:log-out",
    hard=True,
)
def refresh_outlives_log_out(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "logout_keeps_refresh")


@fault(
    name="aura-session-user-id-is-enough",
    breaks="one route takes a user's id in the query for that user, without a token",
    fails=[LINE],
    message=r"without a token, by the user's id alone, list_conversations \(.*\) answered 200, want 401",
    touches="app:aurastudio:behaviour:conversations-door",
    hard=True,
)
def user_id_is_enough(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "user_id_is_enough:/api/advanced/conversations")


@fault(
    name="aura-session-refusal-tells-accounts",
    breaks="who signs in with an unknown address is told so",
    fails=[LINE],
    message=r"the refusal tells whether an address has an account",
    touches="app:aurastudio:behaviour:refusals",
    hard=True,
)
def refusal_tells_accounts(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "login_tells_unknown")


@fault(
    name="aura-session-outlives-password-change",
    breaks="who changes their password leaves all sessions open, those of a thief too",
    fails=[LINE],
    message=r"an access token from before a password change still works: \w+ \(\S+ \S+\) answered 200",
    touches="app:aurastudio:behaviour:password-change",
    hard=True,
)
def outlives_password_change(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "password_keeps_sessions")


@fault(
    name="aura-session-refresh-outlives-password-change",
    breaks="a changed password ends access tokens, and a refresh token of before goes on making new ones",
    fails=[LINE],
    message=r"a refresh token from before a password change still works: refresh \(\S+ \S+\) answered 200",
    touches="app:aurastudio:behaviour:password-change-refresh",
    hard=True,
)
def refresh_outlives_password_change(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "password_keeps_refresh")


@fault(
    name="aura-session-cookie-open-to-scripts",
    breaks="signing in leaves the token in a cookie besides, encrypted on its way, and open to every script of a page",
    fails=[LINE],
    message=r"sign_in \(\S+ \S+\) sets the session cookie session without HttpOnly",
    touches="app:aurastudio:behaviour:cookies",
    hard=True,
)
def cookie_open_to_scripts(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "login_cookie", "Path=/; Secure; SameSite=Lax")


@fault(
    name="aura-session-cookie-sent-by-other-sites",
    breaks="signing in leaves the token in a cookie that browsers send along with other sites' requests",
    fails=[LINE],
    message=r"sets the session cookie session without SameSite=Lax or Strict",
    touches="app:aurastudio:behaviour:cookies",
    hard=True,
)
def cookie_sent_by_other_sites(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "login_cookie", "Path=/; Secure; HttpOnly; SameSite=None")
