"""The database was set up as its bootstrap says: roles, rights, limits."""

from __future__ import annotations

import pytest

from fixtures.postgres import Database
from fixtures.postgres.roles import Roles
from fixtures.source import Bootstrap
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.verdict import Unobservable
from tests.judges import bootstrap as judge

ENCODING = "UTF8"
"""PostgreSQL's only encoding that holds every character."""


@verifies("SEI-2.1.1.2.1")
@pytest.mark.smoke
def test_roles_and_rights_are_as_declared(
    line: Line, target: ProductTarget, database: Database, app_database: Database, bootstrap: Bootstrap
) -> None:
    assert target.postgres
    settings, roles = target.postgres, Roles(database)
    if not bootstrap.roles:
        raise Unobservable(f"{bootstrap} state nothing of roles", "List the bootstrap file among the migrations")
    declared = {r: bootstrap.roles.get(r, {}) | settings.roles.get(r, {}) for r in {*bootstrap.roles, *settings.roles}}
    live = roles.attributes
    found = judge.role_differences(declared, live)
    found += judge.limit_differences(bootstrap.connection_limits, live)
    found += judge.escalations(settings.app_role, settings.owner_role, roles.reached_by(settings.app_role), live)
    found += judge.membership_differences(bootstrap.memberships, roles.memberships, declared)
    found += judge.setting_differences(bootstrap.role_settings, roles.settings)
    found += judge.default_differences(
        bootstrap.default_privileges, roles.default_privileges, bootstrap.functions_closed_by, settings.database_schema
    )
    owner = bootstrap.schema_owners.get(settings.database_schema, settings.owner_role)
    closed = settings.database_schema in bootstrap.schemas_closed_to_public
    found += judge.schema_differences(settings.database_schema, roles.schema, owner, closed)
    found += judge.extension_differences({*bootstrap.extensions, *settings.extensions}, roles.extensions)
    found += _sessions(app_database, settings.settings)
    if roles.encoding != ENCODING:
        found.append(f"{database} is encoded in {roles.encoding}, want {ENCODING}")
    observed(database, "differences", found[:30], source="migrations, target and SQL")
    problem = line.limit("differences").problem(len(found), of=database, hint="Compare with the bootstrap file")
    conclude([problem, *found])


def _sessions(database: Database, declared: dict[str, str]) -> list[str]:
    """Sentences on the settings that a new session of the application does not have as declared."""
    sql = "select name, current_setting(name, true) as value from unnest(%s::text[]) as name"
    rows = database.rows(sql, [sorted(declared)], name="settings of a session") if declared else []
    return [
        f"a session of the application has {r['name']} = {r['value']}, declared is {declared[r['name']]}"
        for r in rows
        if r["value"] != declared[r["name"]]
    ]
