"""A session from its beginning to its end, as the standing synthetic user has it."""

from __future__ import annotations

import time

import jwt
import pytest

from fixtures.api import Answer, ApiClient
from fixtures.tokens import Forger
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target.api import Identity
from golive.verdict import NotConfigured
from tests.judges.sign_in import lifetime_hours, wrong_claims

KEYS = "Look at the signing keys: after a replacement the former one must be kept until what it signed has expired"


@verifies("SEI-3.1.1.2.4")
@pytest.mark.smoke
def test_sign_in_opens_own_doors_only(line: Line, api: ApiClient) -> None:
    settings = api.settings
    if not settings.probe_operation or not settings.forbidden_operation:
        raise NotConfigured(
            f"the target does not say which operations of {line.product} show a session",
            f"Give probe_operation and forbidden_operation in [{line.product}.api]",
        )
    name, who = _least(api)
    signed = _sign_in(api, name)
    token = str(signed.field("token"))
    forger = Forger(settings.token, token, "", line.product)
    opened = api.call(settings.probe_operation, identity=name, token=token)
    anonymous = api.call(settings.probe_operation, token=None)
    forbidden = api.call(settings.forbidden_operation, identity=name, token=token)
    as_whom = f"{settings.forbidden_operation} as {who.role}"
    problems: list[str | None] = [
        *wrong_claims(forger.claims, settings.token.issuer, settings.token.audience, who.tenant, who.id),
        _granted(line, opened, "with a fresh token"),
        line.limit("anonymous_status").problem(anonymous.status, of=f"{settings.probe_operation} without a token"),
        line.limit("wrong_role_status").problem(forbidden.status, of=as_whom),
        *_foreign(line, api, name, who, token),
    ]
    hours = lifetime_hours(forger.claims, time.time())
    if hours is None:
        problems.append("the token never expires: it has no exp")
    else:
        problems.append(line.limit("token_lifetime").problem(hours, of="the access token"))
    # Refreshing ends what it refreshes, so signing out has the session that comes of it.
    renewed = api.call("refresh", token=None, refresh_token=signed.field("refresh_token"))
    if renewed.status != api.operation("refresh").status:
        problems.append(f"a fresh session can't be refreshed: {renewed}. {KEYS}")
        renewed = signed
    last = str(renewed.field("token"))
    problems.append(_granted(line, api.call(settings.probe_operation, identity=name, token=last), "after a refresh"))
    out = api.call("sign_out", identity=name, token=last, refresh_token=renewed.field("refresh_token"))
    problems.append(line.limit("granted_status").problem(out.status, of="signing out"))
    ended = api.call(settings.probe_operation, identity=name, token=last)
    if not line.limit("revoked_status").admits(ended.status):
        problems.append(f"after signing out, {ended}")
    problems.append(line.limit("revoked_status").problem(ended.status, of="a token after signing out"))
    seconds = sum(answer.seconds for answer in (signed, opened, anonymous, forbidden, ended))
    observed(api, "session", seconds, source="API calls", unit="s")
    problems.append(line.limit("total").problem(seconds, of="signing in, three calls and one after signing out"))
    problems += _former(api, forger, str(signed.field("refresh_token")))
    conclude(problems)


def _least(api: ApiClient) -> tuple[str, Identity]:
    """The user of the probing identity's tenant who may do least: to such a user most doors are closed."""
    probe, order = api.identity(), api.settings.roles
    own = {
        name: who for name, who in api.settings.identities.items() if who.tenant == probe.tenant and who.role in order
    }
    if not own:
        name = next(name for name, who in api.settings.identities.items() if who == probe)
        return name, probe
    name = min(own, key=lambda name: order.index(own[name].role))
    return name, own[name]


def _sign_in(api: ApiClient, name: str) -> Answer:
    answer = api.call("sign_in", identity=name, token=None)
    if answer.status != api.operation("sign_in").status:
        raise AssertionError(
            f"signing in as {api.identity(name).email} answered {answer.status}; look at the service's log"
        )
    return answer


def _granted(line: Line, answer: Answer, when: str) -> str | None:
    return line.limit("granted_status").problem(answer.status, of=f"{answer.call} {when}")


def _foreign(line: Line, api: ApiClient, name: str, who: Identity, token: str) -> list[str | None]:
    """Ask for a thing of one's own, which must be found, and for another tenant's, which must not."""
    other = next((i for i in api.settings.identities.values() if i.tenant not in ("", who.tenant) and i.extra), None)
    words = [w for w in who.extra if f"get_{w}" in api.settings.operations and other and w in other.extra]
    if other is None or not words:
        raise NotConfigured(
            "the target names no thing that two tenants each have one of",
            "Give two tenants' identities the id of such a thing in extra (lead = ...) and map the operation get_lead",
        )
    operation = f"get_{words[0]}"
    own = api.call(operation, identity=name, token=token, id=who.extra[words[0]])
    foreign = api.call(operation, identity=name, token=token, id=other.extra[words[0]])
    problem = None if foreign.status in (403, 404) else f"{operation} of {other.tenant}'s {words[0]}: {foreign}"
    return [
        _granted(line, own, "of the own tenant"),
        problem,
        line.limit("foreign_successes").problem(int(foreign.status < 400), of=f"{operation} of another tenant"),
    ]


def _former(api: ApiClient, forger: Forger, refresh_token: str) -> list[str | None]:
    """Refresh sessions that began under keys which were since replaced: they must go on until they expire."""
    claims = jwt.decode(refresh_token, options={"verify_signature": False})
    found: list[str | None] = []
    for key_id, key in api.settings.token.former_keys.items():
        header = {"kid": key_id} if key_id else {}
        old = forger.signed({}, claims=claims, key=key.reveal(), header=header)
        answer = api.call("refresh", token=None, refresh_token=old)
        if answer.status != api.operation("refresh").status:
            found.append(f"a session that began under the former key {key_id} can't be refreshed: {answer}. {KEYS}")
    return found
