"""Tokens that the API did not give, or gave for other than this, open nothing."""

from __future__ import annotations

import pytest

from fixtures.api import ApiClient
from fixtures.parallel import each
from fixtures.tokens import Forger, Forgery
from fixtures.websocket import WebSocketClient
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies
from golive.verdict import NotConfigured, Unobservable
from tests.judges.tokens import Attempt, accepted, refused_otherwise


@verifies("AURA-8.1.3.5")
@pytest.mark.smoke
def test_forged_tokens_are_rejected(
    line: Line, api: ApiClient, forger: Forger, websocket_if_any: WebSocketClient | None
) -> None:
    doors = _Doors(api, websocket_if_any)
    doors.require_open(api.token(), "the token that signing in gives")
    forged = forger.without_key()
    if forger.has_key:
        doors.require_open(forger.honest, "a good token signed with the target's api.token.secret")
        forged += forger.with_key()
    attempts = [attempt for tried in each(doors.attempt, forged) for attempt in tried]
    got_in = accepted(attempts)
    hint = "Look at how the API verifies tokens: one algorithm, the key, exp, nbf, iss and aud, at every door"
    conclude(
        [
            *got_in,
            line.limit("forged_accepted").problem(len(got_in), of=api, hint=hint),
            *refused_otherwise(attempts, line.limit("refusal_http_status")),
        ]
    )
    forger.honest  # noqa: B018  # without the key expiry was not seen: say so, now that nothing else is wrong


class _Doors:
    """Where a token is shown: the probing operation, and the upgrade to a stream where there is one."""

    def __init__(self, api: ApiClient, stream: WebSocketClient | None) -> None:
        if not api.settings.probe_operation:
            raise NotConfigured(
                f"the target has no {api.product}.api.probe_operation",
                "Name an operation that reads the identity's own data",
            )
        self.api, self.operation, self.stream = api, api.settings.probe_operation, stream

    def require_open(self, token: str, what: str) -> None:
        """Refusals show something only where a good token is let in."""
        for attempt in self.attempt(Forgery(what, token)):
            if not attempt.accepted:
                raise Unobservable(
                    f"{attempt.door} refuses {what} with {attempt.status or 'a close'}, so no refusal shows anything",
                    "Correct the identity or api.token in the target, or see why good tokens are refused",
                )

    def attempt(self, forgery: Forgery) -> list[Attempt]:
        answer = self.api.call(self.operation, token=forgery.token)
        tried = [Attempt(forgery.why, answer.call, answer.status < 400, answer.status)]
        if self.stream is not None:
            # The session of the URL need not be there: who has no good token must not get as far as that.
            upgrade = self.stream.upgrade(token=forgery.token, session_id="golive-no-session")
            status = upgrade.status if upgrade.status != 101 else None
            tried.append(Attempt(forgery.why, str(self.stream), upgrade.accepted, status))
        return tried
