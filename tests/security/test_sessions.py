"""A session from signing up to signing out, and what must not open one."""

from __future__ import annotations

import pytest

from fixtures.api import Answer, ApiClient
from fixtures.api.newcomers import Newcomer, newcomer
from fixtures.api.plausible import plausible
from fixtures.api.strangers import Strangers
from fixtures.parallel import each
from fixtures.tokens.password_change import CHANGE, password_changed, renewed_after
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.run_id import run_id
from golive.target import ProductTarget
from golive.verdict import NotConfigured, Unobservable
from tests.judges.cookies import cookies_of, open_sessions
from tests.judges.telling import Refused, difference, said, telling

TRIES = 5
"""Wrong words for an account: fewer than what locks it."""
WRONG = "Golive-wrong-password-1"


@verifies("AURA-8.1.3.1")
@pytest.mark.writes
@pytest.mark.timeout(240)
def test_sessions_open_for_the_right_words_only(line: Line, api: ApiClient, target: ProductTarget) -> None:
    strangers = Strangers(api, target)
    with newcomer(api) as somebody:
        problems = [*_session(somebody), *_after_password_change(somebody)]
        let_in = _without_token(somebody)
        known, unknown = [], []
        for number in range(TRIES):  # in turn, so that a busy moment slows both alike
            known.append(_refused(strangers, somebody.email))
            unknown.append(_refused(strangers, f"{run_id()}-{number}@nobody.invalid"))
    logins = sum(answer.status < 400 for answer in [*known, *unknown])
    observed(api, "refusals in ms", [round(a.milliseconds) for a in [*known, *unknown]], source="sign_in", unit="ms")
    hint = "Do the same work for an address that nobody has as for a wrong password"
    conclude([
        *problems,
        *let_in,
        line.limit("unexpected_logins").problem(logins, of="signing in with wrong words", hint="Look at how it checks"),
        *telling(known, unknown),
        line.limit("timing_difference").problem(difference(known, unknown), of="refusing unknown addresses", hint=hint),
    ])  # fmt: skip


def _session(somebody: Newcomer) -> list[str | None]:
    """Sign in, renew and sign out as somebody; return what went otherwise than it should."""
    api, probe = somebody.api, somebody.api.settings.probe_operation
    if probe is None:
        raise NotConfigured("the target has no api.probe_operation", "Name an operation that reads the user's own data")

    def opens(token: str) -> Answer:
        return api.call(probe, identity=somebody.name, token=token)

    signed = api.call("sign_in", identity=somebody.name, token=None)
    if signed.status != api.operation("sign_in").status:
        return [f"{somebody} can't sign in: {signed}. Look at the service's log"]
    first, renewing = str(signed.field("token")), signed.field("refresh_token")
    observed(api, "cookies set by signing in", [c.name for c in cookies_of(signed.headers)], source="Set-Cookie")
    renewed = api.call("refresh", token=None, refresh_token=renewing)
    if renewed.status != api.operation("refresh").status:
        return [f"a fresh session can't be renewed: {renewed}. Look at the service's log"]
    last, final = str(renewed.field("token")), renewed.field("refresh_token")
    good = [
        f"the token of {what} opens nothing: {answer}"
        for what, answer in (("signing in", opens(first)), ("renewing", opens(last)))
        if answer.status != api.operation(probe).status
    ]
    good += [f"{answer.call} {weak}" for answer in (signed, renewed) for weak in open_sessions(answer.headers)]
    again = api.call("refresh", token=None, refresh_token=renewing)
    out = api.call("sign_out", identity=somebody.name, token=last, refresh_token=final)
    if out.status != api.operation("sign_out").status:
        good.append(f"signing out is answered otherwise: {out}")
    ended = [
        ("a refresh token that was used before", again),
        ("the access token after signing out", opens(last)),
        ("the refresh token after signing out", api.call("refresh", token=None, refresh_token=final)),
    ]
    return [*good, *(f"{what} still works: {answer}" for what, answer in ended if answer.status != 401)]


def _after_password_change(somebody: Newcomer) -> list[str]:
    """Change somebody's password; return which tokens of before still work. They go on by one of after."""
    api, probe = somebody.api, str(somebody.api.settings.probe_operation)
    if CHANGE not in api.settings.operations:
        observed(api, CHANGE, "not mapped: sessions of before a change are not tried", source="target")
        return []
    changed = password_changed(api, somebody.name)
    somebody.goes_on(changed.later)
    good = api.call(probe, identity=somebody.name, token=somebody.token)
    if good.status != api.operation(probe).status:
        return [f"the token of signing in with a changed password opens nothing: {good}"]
    old = api.call(probe, identity=somebody.name, token=changed.token)
    still = [f"an access token from before a password change still works: {old}"] if old.status != 401 else []
    return still + renewed_after(api, changed)


def _without_token(somebody: Newcomer) -> list[str]:
    """Ask for everything of somebody's by their id alone, without a token; return what was answered."""
    api = somebody.api
    guarded = [
        name for name, operation in api.settings.operations.items()
        if operation.auth == "identity" and operation.base_url is None and name not in api.settings.public_operations
    ]  # fmt: skip
    if not guarded:
        raise Unobservable("the target maps no operation that needs a token", "Add those of the API")

    def ask(name: str) -> Answer:
        values = plausible(api.operation(name), {})
        return api.call(name, identity=somebody.name, token=None, **values)

    answers = each(ask, guarded)
    observed(api, "operations tried without a token", len(answers), source="the target's operations", unit="count")
    return [
        f"without a token, by the user's id alone, {answer}, want 401: it must need a session"
        for answer in answers
        if answer.status != 401
    ]


def _refused(strangers: Strangers, email: str) -> Refused:
    answer = strangers.try_(email, WRONG)
    return Refused(answer.status, said(answer.text, email) if answer.status >= 400 else "", answer.seconds * 1000)
