"""Every operation of the API, tried with every kind of bad credential."""

from __future__ import annotations

from typing import Any

import pytest

from fixtures.api import Answer, ApiClient
from fixtures.api.patience import patiently
from fixtures.api.plausible import plausible
from fixtures.api.template import fill_path, values_of
from fixtures.parallel import each
from fixtures.tenancy.matrix import Matrix
from fixtures.tenancy.temporary import ADMIN, TemporaryTenant, temporary_tenant
from fixtures.tenancy.things import places_of
from fixtures.tokens import Forger
from fixtures.tokens.bad_credentials import Bad, bad_credentials, guarded, token_that_ended, unpaid
from fixtures.tokens.password_change import CHANGE, password_changed, renewed_after
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from golive.verdict import Unobservable
from tests.judges.tokens import Attempt, open_doors

WORKERS = 6


@verifies("SEI-1.2.1.1.2")
@pytest.mark.writes
@pytest.mark.timeout(400)
def test_every_door_refuses_bad_credentials(line: Line, api: ApiClient, target: ProductTarget) -> None:
    tenancy = configured(target.tenancy, f"{line.product}.tenancy")
    with temporary_tenant(api) as tenant:
        matrix = Matrix(tenant, tenancy)
        ended = {"signing out": token_that_ended(tenant, matrix.roles[-1])}
        kept = _of_former_password(tenant, matrix.roles[-1], ended)
        forger, bad = bad_credentials(tenant, ended)
        doors = _Doors(tenant, {n: plausible(o, {}) | matrix.values(n) for n, o in guarded(api).items()})
        doors.require_open()
        attempts = [doors.show(name, one) for name, one in _pairs(doors.values, bad)]
        tried = each(lambda attempt: attempt(), attempts, WORKERS)
        tried += each(doors.beside, [n for n, o in guarded(api).items() if o.method == "GET"], WORKERS)
        above, foreign = list[Attempt](), list[Attempt]()
        if not any(a.accepted for a in tried):  # else a forged token may have signed this run's people out
            above = [Attempt(f"the role {c.role}", c.operation, c.allowed, c.status) for c in matrix.refusals()]
            foreign = doors.as_another_tenant(matrix.tenancy.things.values(), api)
            foreign += doors.into_another_tenant(forger, api)
    kinds, of = len(bad) + 2, f"{api}, {len(doors.values)} doors"
    refused_otherwise = [a for a in tried if not a.accepted and a.status not in (401, 403, 404, 405)]
    accepted = [a for a in [*tried, *above, *foreign] if a.accepted]
    observed(api, "bad credentials shown", len(tried) + len(above) + len(foreign), source="operations", unit="count")
    hint = "Every route must ask who calls before anything else; see the ones named"
    conclude([
        line.limit("credential_kinds").problem(kinds, of=f"{api}: kinds tried", hint="Give api.token.secret"),
        line.limit("accepted_bad_credentials").problem(len(accepted), of=of, hint=hint),
        *open_doors(accepted),
        *kept,
        *(f"{a.door} answers {a.status} to {a.why}, before it asks who calls" for a in refused_otherwise[:5]),
        *(
            f"{name} needs no credential and is not in public_operations" for name, o in api.settings.operations.items()
            if o.auth == "none" and name not in api.settings.public_operations
        ),
    ])  # fmt: skip
    forger.honest  # noqa: B018  # without the key expiry and audience were not seen: say so, now that all else is right


def _of_former_password(tenant: TemporaryTenant, role: str, ended: dict[str, str]) -> list[str]:
    """Change somebody's password; add the token of before to those that ended. Returns what else goes on."""
    if CHANGE not in tenant.api.settings.operations:
        observed(tenant.api, CHANGE, "not mapped: sessions of before a change are not tried", source="target")
        return []
    tenant.hire("golive_changed", role)
    changed = password_changed(tenant.api, "golive_changed")
    ended["its user's password changed"] = changed.token
    return renewed_after(tenant.api, changed)


def _pairs(names: dict[str, Any], bad: list[Bad]) -> list[tuple[str, Bad]]:
    return [(name, one) for one in bad for name in names]


class _Doors:
    """The operations of a tenant of this run, each with things of its own to be tried on."""

    def __init__(self, tenant: TemporaryTenant, values: dict[str, dict[str, Any]]) -> None:
        self.api, self.values = unpaid(tenant.api), values
        self.api.settings.identities.update(tenant.api.settings.identities)

    def require_open(self) -> None:
        """Refusals show something only where a good token is let in."""
        probe = self.api.settings.probe_operation or next(iter(self.values))
        answer = self.api.call(probe, identity=ADMIN, **self.values[probe])
        if answer.status != self.api.operation(probe).status:
            raise Unobservable(f"a good token of this run's tenant is answered otherwise: {answer}")

    def show(self, name: str, bad: Bad) -> Any:
        """Return the attempt to come in at an operation with a bad credential."""

        def attempt() -> Attempt:
            answer = patiently(lambda: self._call(name, bad), tries=3, longest=20)
            return Attempt(bad.why, f"{name} ({self.api.operation(name).method})", answer.status < 400, answer.status)

        return attempt

    def _call(self, name: str, bad: Bad) -> Answer:
        if not bad.query:
            return self.api.call(name, identity=ADMIN, token=bad.token, **self.values[name])
        path = self._path(name)
        operation = self.api.operation(name)
        return self.api.send(operation.method, path, name=name, reading=operation.reading, params=dict(bad.query))

    def beside(self, name: str) -> Attempt:
        """Ask without a credential by the same path with a slash more, or less, at its end, and by HEAD."""
        path = self._path(name)
        other = path.rstrip("/") if path.endswith("/") else path + "/"
        for method, where in (("GET", other), ("HEAD", path)):
            answer = patiently(lambda m=method, w=where: self.api.send(m, w), tries=3, longest=20)  # type: ignore[misc]
            if answer.status < 300:
                return Attempt("no credential", f"{method} {where}", True, answer.status)
        return Attempt("no credential, by another path or method", name, False, 404)

    def as_another_tenant(self, things: Any, api: ApiClient) -> list[Attempt]:
        """Try what takes an id as somebody of another tenant with the same rights."""
        role = self.api.identity(ADMIN).role
        other = next((n for n, who in api.settings.identities.items() if who.role == role), None)
        if other is None:
            raise Unobservable(f"no standing identity has the role {role}", "Add one to api.identities")
        named = {(o, place) for thing in things for o, place in thing.operations.items()}
        wanted = [
            n for n in self.values if any((n, p) in named and p in places_of_path(self.api, n) for p in ID_PLACES)
        ]
        api.token(other)

        def attempt(name: str) -> Attempt:
            known = {k: v for k, v in self.values[name].items() if not k.startswith("identity.")}
            answer = patiently(
                lambda: self.api.call(name, identity=other, token=api.token(other), **known), tries=3, longest=20
            )
            return Attempt("somebody of another tenant", f"{name} ({answer.call})", answer.status < 400, answer.status)

        return each(attempt, wanted, WORKERS)

    def into_another_tenant(self, forger: Forger, api: ApiClient) -> list[Attempt]:
        """Read with a token that the deployment's own key signed, and that says another tenant than its user's."""
        other = next((who.tenant for who in api.settings.identities.values() if who.tenant), "")
        if not forger.has_key or not other or (forged := forger.of_tenant(other)) is None:
            return []
        plain = [n for n in self.values if self.api.operation(n).reading and not self.api.operation(n).paid
                 and not places_of(self.api.operation(n))]  # fmt: skip
        return each(lambda name: self.show(name, Bad(forged.why, forged.token))(), plain, WORKERS)

    def _path(self, name: str) -> str:
        operation = self.api.operation(name)
        return fill_path(operation.path, values_of(self.api.identity(ADMIN), self.values[name]), name)


ID_PLACES = ("id", "session_id")


def places_of_path(api: ApiClient, name: str) -> set[str]:
    """Return the placeholders in an operation's path."""
    operation = api.operation(name)
    return {place for place in places_of(operation) if f"{{{place}}}" in operation.path}
