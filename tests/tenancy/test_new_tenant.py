"""A new tenant: made, kept apart from the first moment, at work, and removed without a trace."""

from __future__ import annotations

import pytest

from fixtures.api import ApiClient
from fixtures.aws.buckets import Bucket
from fixtures.postgres import Database
from fixtures.postgres.policies import Context
from fixtures.postgres.roles import Roles
from fixtures.redis import Store
from fixtures.tenancy.apart import others_rows
from fixtures.tenancy.foreign import Foreign
from fixtures.tenancy.life import Left, at_work, left_of, minutes_to_ready, still_admitted
from fixtures.tenancy.relations import function_sources, relations
from fixtures.tenancy.tables import tenant_tables
from fixtures.tenancy.temporary import ADMIN, temporary_tenant
from fixtures.tenancy.things import Owner, owners, things
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import Found, observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from golive.verdict import NotConfigured, Unobservable
from tests.judges import foreign_ids, row_security

PATIENCE = 40.0
"""Seconds that a check waits for a tenant; what takes longer is over the limit of what is expected anyway."""


@verifies("SEI-3.1.2.1.2")
@pytest.mark.writes
@pytest.mark.timeout(240)
def test_tenant_is_made_works_and_is_removed_without_trace(
    line: Line,
    target: ProductTarget,
    api: ApiClient,
    app_database: Database,
    redis_primary: Store,
    buckets: Found[Bucket],
) -> None:
    tenancy = configured(target.tenancy, f"{line.product}.tenancy")
    settings = configured(target.postgres, f"{line.product}.postgres")
    if not tenancy.objects:
        raise NotConfigured(f"the target has no {line.product}.tenancy.objects", "Say where tenants' objects lie")
    with temporary_tenant(api) as tenant:
        prefixes = {
            b: tenancy.objects[b.word].replace("{tenant}", tenant.id) for b in buckets if b.word in tenancy.objects
        }
        waited, said = minutes_to_ready(tenant, tenant.boss, tenancy.ready, PATIENCE)
        broken = at_work(tenant)
        token = tenant.api.token(ADMIN) if not any("sign in" in problem for problem in broken) else ""
        there = left_of(tenant.id, app_database, settings, redis_primary, prefixes)
    if (nowhere := _nothing(there, prefixes)) and not broken:
        raise Unobservable(f"the new tenant has nothing in {nowhere}, so that nothing is left shows nothing")
    left = [x for x in left_of(tenant.id, app_database, settings, redis_primary, prefixes) if x.count]
    admitted = still_admitted(tenant.api, token, ADMIN) if token else []
    ready = said == tenancy.ready
    conclude(
        [
            None
            if ready
            else f"{tenant} is not ready: get_tenant says {said!r} after {waited:.2g} min, want {tenancy.ready!r}",
            *(f"{tenant} is said to be {said}, but {problem}" for problem in broken),
            line.limit("ready").problem(waited, of=tenant) if ready else None,
            line.limit("expected_ready").problem(waited, of=tenant, hint="Which step of provisioning takes long?"),
            *(f"after its removal {x.count} of the tenant's stay in {x.where}" for x in left),
            *(f"after its removal {problem}" for problem in admitted),
            line.limit("leftovers").problem(sum(x.count for x in left) + len(admitted), of="the removed tenant"),
        ]
    )


def _nothing(there: list[Left], prefixes: dict[Bucket, str]) -> str:
    """Where a tenant that lives has nothing."""
    rows = sum(x.count for x in there if x.where.startswith("table "))
    empty = [x.where for x in there if x.where in map(str, prefixes) and not x.count]
    return ", ".join([*([] if rows else ["any table"]), *empty])


@verifies("SEI-2.2.1.1.3")
@pytest.mark.writes
@pytest.mark.timeout(240)
def test_new_tenant_is_kept_apart_at_once(
    line: Line, target: ProductTarget, api: ApiClient, database: Database, app_database: Database
) -> None:
    tenancy = configured(target.tenancy, f"{line.product}.tenancy")
    settings = configured(target.postgres, f"{line.product}.postgres")
    standing = owners(api)[0]
    with temporary_tenant(api) as tenant:
        new = Owner(ADMIN, tenant.api.identity(ADMIN))
        with things(tenant.api, tenancy, settings, app_database) as shop:
            trials = Foreign(shop, new, standing).readings() + Foreign(shop, standing, new).readings()
            seen = [others_rows(app_database, settings, one.id) for one in (new, standing)]
        wrong = _unlike_the_template(database, app_database, target)
    leaks = [problem for trial in trials if (problem := foreign_ids.leak(trial))]
    if not leaks and not wrong and (unseen := foreign_ids.blind(trials)):
        raise Unobservable(f"the owner does not see its own by {', '.join(unseen)}", "Check the things' values")
    if not trials or not all(rows.own for rows in seen):
        raise Unobservable("a tenant does not see its own rows", "Check tenant_setting and [tenancy.things]")
    foreign = {table: n for rows in seen for table, n in rows.foreign.items()}
    conclude(
        [
            *leaks,
            *(f"table {table} shows {n} rows of others to a tenant" for table, n in foreign.items()),
            *wrong,
            line.limit("foreign_rows").problem(sum(foreign.values()) + len(leaks), of=tenant),
            line.limit("policy_differences").problem(len(wrong), of=database, hint="Give it what all others have"),
        ]
    )


def _unlike_the_template(database: Database, application: Database, target: ProductTarget) -> list[str]:
    """What is not guarded as every tenant's relation is: relations, and roles that the application could become."""
    settings = configured(target.postgres, "postgres")
    role = str(application.value("select current_user::text as u", name="role of the application"))
    columns = {t.name: t.column for t in tenant_tables(database, settings) if t.column}
    context = Context(settings.tenant_setting or "", columns, function_sources(database), settings.tenant_column or "")
    roles = Roles(database)
    reached = roles.reached_by(role)
    found = [
        r for r in relations(database, role) if r.schema != database.schema or r.name not in settings.shared_tables
    ]
    observed(database, "relations compared", len(found), source="SQL pg_class", unit="count")
    return [
        *(p for r in found for p in row_security.relation_problems(r, role, {role, "public", *reached}, context)),
        *row_security.role_problems(role, reached, roles.attributes),
    ]
