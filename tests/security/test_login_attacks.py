"""Signing in under attack: guessed, listened to, fixed, and asked for more than one has."""

from __future__ import annotations

import math

import pytest

from fixtures.api import ApiClient
from fixtures.api.strangers import Strangers
from fixtures.tenancy.matrix import Matrix
from fixtures.tenancy.temporary import ADMIN, TemporaryTenant, temporary_tenant
from fixtures.tokens import Forger
from fixtures.tokens.attacks import family_after_reuse, fixed_sessions, rights_signed_up_with, rights_taken
from fixtures.web.flood import Flooder, wait_out
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget, Target
from golive.target.product import configured
from golive.verdict import Unobservable
from tests.judges.guessing import STOPPED, Guesses, guess_problems
from tests.judges.telling import Refused, difference, said, telling

BEYOND = 15
"""Guesses beyond the limit: more than two instances that count apart admit."""
LISTENERS = 5
"""Users whose wrong passwords are timed; each has fewer than lock an account."""
WRONG = "Golive-wrong-password-1"


@verifies("SEI-1.3.1.4.3")
@pytest.mark.disrupts
@pytest.mark.timeout(400)
def test_signing_in_withstands_attacks(line: Line, whole_target: Target, target: ProductTarget, api: ApiClient) -> None:
    tenancy = configured(target.tenancy, f"{line.product}.tenancy")
    top = str(api.operation("create_tenant").role)
    other = next((who for who in api.settings.identities.values() if who.tenant and who.role != top), None)
    if other is None:
        raise Unobservable("no identity of another tenant", "Add one to api.identities")
    limit = line.limit("failures_before_lockout")
    url, ca_file = api.settings.base_url, api.settings.ca_file
    first, last = (Flooder(target, line.product, whole_target.timeouts, url, ca_file, n) for n in (0, -1))
    hint = "Count failures in the store that all instances share, by account and by the address that the balancer saw"
    with temporary_tenant(api) as tenant:
        matrix = Matrix(tenant, tenancy)
        guesses = _guess(tenant, first, last, int(float(str(limit.value))) + BEYOND)
        # At once: where addresses are not told apart, what follows would lock this run out before it is said.
        conclude([
            *(limit.problem(g.admitted, of=f"{g.what}: attempts before the first refusal", hint=hint) for g in guesses),
            *(problem for g in guesses for problem in guess_problems(g, math.inf)),
        ])  # fmt: skip
        listened, apart = _listen(line, tenant, Strangers(api, target))
        escalated = [str(cell) for cell in matrix.refusals() if cell.allowed]
        escalated += rights_taken(tenant, matrix.roles[0], matrix.roles[-1], other)
        escalated += rights_signed_up_with(api, tenant.boss, top, other)
        escalated += _forged(tenant)
        sessions = fixed_sessions(tenant, matrix.roles[0]) + family_after_reuse(tenant, matrix.roles[0])
    tells = line.limit("timing_difference")
    conclude([
        *listened,
        tells.problem(apart, of="refusing unknown addresses", hint="Do the same work for both"),
        line.limit("escalations").problem(len(escalated), of=f"{api} under attack"),
        *escalated,
        *sessions,
    ])  # fmt: skip


def _listen(line: Line, tenant: TemporaryTenant, strangers: Strangers) -> tuple[list[str | None], float]:
    """Compare the refusals of known and unknown addresses; return what they tell, and by how many ms they differ."""
    tries = int(float(str(line.limit("timing_tries").value)))
    users = [tenant.hire(f"golive_listened_{n}", tenant.api.settings.roles[0]) for n in range(LISTENERS)]
    known, unknown = [], []
    for number in range(tries):
        known.append(_refused(strangers, users[number % LISTENERS].email))
        unknown.append(_refused(strangers, f"{users[0].email.partition('@')[0]}-{number}@nobody.invalid"))
    observed(strangers, "tries", len(known), source="sign_in", unit="count")
    enough = line.limit("timing_tries").problem(min(len(known), len(unknown)), of="comparing refusals")
    return [enough, *telling(known, unknown)], difference(known, unknown)


def _refused(strangers: Strangers, email: str) -> Refused:
    answer = strangers.try_(email, WRONG)
    return Refused(answer.status, said(answer.text, email) if answer.status >= 400 else "", answer.seconds * 1000)


def _forged(tenant: TemporaryTenant) -> list[str]:
    """Show tokens with key ids of an attacker's choosing, and other forgeries; return those that were believed."""
    api, probe = tenant.api, tenant.api.settings.probe_operation
    if probe is None:
        raise Unobservable("the target has no api.probe_operation", "Name an operation that reads the tenant's data")
    forger = Forger(api.settings.token, api.token(ADMIN), "00000000-0000-4000-8000-00000000dead", api.product)
    answers = [(f.why, api.call(probe, identity=ADMIN, token=f.token)) for f in forger.without_key()]
    return [f"{answer.call} believes a forged token: {why}" for why, answer in answers if answer.status < 400]


def _guess(tenant: TemporaryTenant, first: Flooder, last: Flooder, count: int) -> list[Guesses]:
    """Guess at one account, then spray one password over many, each time as if from another address."""
    api, sign_in = tenant.api, tenant.api.operation("sign_in")
    roles = api.settings.roles
    victim, neighbour = tenant.hire("golive_victim", roles[0]), tenant.hire("golive_neighbour", roles[0])

    def guess(who: Flooder, email: str, number: int) -> tuple[int, str]:
        return who.sign_in(sign_in, email, WRONG, number)

    def guesses(who: Flooder, emails: list[str]) -> list[tuple[int, str]]:
        """A lock that a former run left is waited for."""
        first = guess(who, emails[0], 0)
        if first[0] in STOPPED:
            if not wait_out([first[1]]):
                raise Unobservable(f"{who} is locked out before the first guess", "Wait until it is not, and run again")
            first = guess(who, emails[0], 0)
        return [first, *(guess(who, email, number) for number, email in enumerate(emails[1:], 1))]

    api.sign_in("golive_victim")  # the control: the right password is right
    at_one = guesses(first, [victim.email] * count)
    locked = api.call("sign_in", identity="golive_victim", token=None).status
    beside = api.call("sign_in", identity="golive_neighbour", token=None).status
    sprayed = guesses(last, [f"{n}-{neighbour.email}" for n in range(count)])
    return [
        Guesses("wrong passwords for one account", at_one, locked, [beside]),
        Guesses("one password for many accounts from one address", sprayed, None, []),
    ]
