"""Tenants are made by the platform's staff alone: once for each request, whole or not at all, and suspended at once."""

from __future__ import annotations

import pytest

from fixtures.api import ApiClient
from fixtures.parallel import each
from fixtures.tenancy.creation import Creation, Suspension, creation, seconds_to_work
from fixtures.tenancy.temporary import ADMIN, TemporaryTenant
from fixtures.websocket import WebSocketClient
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from golive.verdict import NotConfigured
from tests.judges import creation as judge

AT_ONCE = 4
HINT = "Look at the transaction in which a tenant is made: what comes before its end must go with it"
LONG, CONTROL = "x" * 300, "line\nbreak"
"""A name that is too long, and one that can't be printed."""


@verifies("SEI-2.2.1.1.1")
@pytest.mark.writes
@pytest.mark.timeout(240)
def test_tenants_are_made_once_whole_and_by_the_platform_alone(
    line: Line, target: ProductTarget, api: ApiClient, websocket_if_any: WebSocketClient | None
) -> None:
    tenancy = configured(target.tenancy, f"{line.product}.tenancy")
    if not tenancy.plans:
        raise NotConfigured(f"the target has no {line.product}.tenancy.plans", "Name the plans that tenants are on")
    patience = float(line.limit("ready").value)  # type: ignore[arg-type]
    with creation(api, "made") as made:
        answers = each(lambda plan: made.make(plan=plan), tenancy.plans)
        statuses = [line.limit("creation_status").problem(a.status, of=a.call) for a in answers]
        people = [made.person(a) for a in answers if a.status == api.operation("make_tenant").status]
        usable = each(lambda t: seconds_to_work(t, made.boss, tenancy.ready, patience), people)
        slow = [
            f"{tenant} was answered {answer.status}, but {wrong} after {waited:g} s"
            if wrong
            else line.limit("ready").problem(waited, of=tenant)
            for tenant, answer, (waited, wrong) in zip(people, answers, usable, strict=False)
        ]
        working = [tenant for tenant, (_, wrong) in zip(people, usable, strict=True) if not wrong]
        alike = _alike(made, tenancy.plans[0])
        wrong = _wrong(made, tenancy.plans[0])
        pieces = _pieces(made, working[0], tenancy.plans[0]) if working else []
        lesser = _lesser(line, made, working[0]) if working else []
        stopped = _suspended(working[0], made.boss, websocket_if_any) if working else []
        gone = _changed_and_removed(made, working[-1]) if working else []
    conclude(
        [
            *statuses,
            *slow,
            *alike,
            *wrong,
            *lesser,
            *pieces,
            *stopped,
            *gone,
            line.limit("partial_tenants").problem(len(pieces), of=api, hint=HINT),
        ]
    )


def _alike(made: Creation, plan: str) -> list[str]:
    """Try the same request twice, at the same time, and two requests for the same address."""
    first = made.values(plan=plan)
    twice = [made.api.call("make_tenant", identity=made.boss, **first) for _ in range(2)]
    found = judge.one_tenant("with the same key", [a.status for a in twice], made.ids(first["name"]))
    for how, by in (("at once with the same key", "make_tenant"), ("at once for the same address", "name_tenant")):
        values = made.values(plan=plan)
        answers = made.at_once(AT_ONCE, by, **values)
        found += judge.one_tenant(how, [a.status for a in answers], made.ids(values["name"]))
    return found


def _wrong(made: Creation, plan: str) -> list[str]:
    prefix = made.values()["name"]
    tries = {
        "no name": {"name": ""}, "a blank name": {"name": "  "}, "a name of 300 letters": {"name": prefix + LONG},
        "a name that can't be printed": {"name": prefix + CONTROL}, "no address": {"email": f"{prefix}.example.com"},
        "an unknown plan": {"plan": f"{prefix}-plan"},
    }  # fmt: skip
    statuses = {what: made.make(**({"plan": plan} | given)).status for what, given in tries.items()}
    return judge.admitted(statuses, made.ids(prefix))


def _pieces(made: Creation, neighbour: TemporaryTenant, plan: str) -> list[str]:
    """Have a creation fail half-way, over an administrator's address that is taken, and look at what there is."""
    values = made.values(plan=plan, email=neighbour.api.identity(ADMIN).email)
    failed = made.api.call("name_tenant", identity=made.boss, **values)
    found = []
    if failed.status < 400:
        found.append(f"a tenant whose administrator is somebody else's is answered {failed.status}")
    elif there := made.ids(values["name"]):
        found.append(f"a creation that was refused with {failed.status} left {len(there)} tenant in parts")
    again = made.api.call("name_tenant", identity=made.boss, **(values | {"email": f"{values['name']}@example.com"}))
    if again.status != made.api.operation("name_tenant").status:
        found.append(f"after a creation that failed the same tenant can't be made: {again}")
    return found


def _lesser(line: Line, made: Creation, tenant: TemporaryTenant) -> list[str | None]:
    """Try all of it as the highest of a tenant's own people, about their own tenant too."""
    role = tenant.api.identity(ADMIN).role
    word = made.values()["name"]
    values = made.values(name=word, id=tenant.id, text=word, plan="")
    calls = ("make_tenant", "list_tenants", "get_tenant", "rename_tenant", "suspend_tenant", "delete_tenant")
    got = {name: tenant.api.call(name, identity=ADMIN, **values).status for name in calls}
    refused = line.limit("refused_role_status")
    return [
        *judge.open_to({role: got}, int(refused.value)),  # type: ignore[arg-type]
        refused.problem(max(got.values()), of=f"calls about tenants as {role}"),
    ]


def _suspended(tenant: TemporaryTenant, boss: str, stream: WebSocketClient | None) -> list[str]:
    named = stream.settings.others.get("channel") if stream else None
    channel = WebSocketClient(named, tenant.api, stream.timeouts) if stream and named else None
    trial = Suspension(tenant, boss, channel)
    try:
        return trial.problems()
    finally:
        trial.close()


def _changed_and_removed(made: Creation, tenant: TemporaryTenant) -> list[str]:
    found, name = [], made.values()["name"]
    made.api.call("rename_tenant", identity=made.boss, id=tenant.id, name=name)
    if (shown := made.api.call("get_tenant", identity=made.boss, id=tenant.id)).field("name") != name:
        found.append(f"{tenant} was given another name, and get_tenant says {shown.field('name')!r}")
    made.api.call("delete_tenant", identity=made.boss, id=tenant.id)
    if (gone := made.api.call("get_tenant", identity=made.boss, id=tenant.id)).status != 404:
        found.append(f"{tenant} was removed and get_tenant answers {gone.status}, want 404")
    if made.ids(name):
        found.append(f"{tenant} was removed and is still listed")
    return found
