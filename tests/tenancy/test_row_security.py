"""The database itself keeps tenants apart: by its catalogue, and by what is tried as the application's own role."""

from __future__ import annotations

import pytest

from fixtures.postgres import Database
from fixtures.postgres.policies import Context
from fixtures.postgres.roles import Roles
from fixtures.tenancy.attempts import Attempts, seen_without_context
from fixtures.tenancy.relations import definer_functions, function_sources, relations
from fixtures.tenancy.synthetic import workshop
from fixtures.tenancy.tables import tenant_tables
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from golive.verdict import Unobservable
from tests.judges import row_security as judge

LOOK = "Look at the table's policies and at who owns it"


@verifies("SEI-1.1.1.3.2")
@pytest.mark.writes
def test_database_hides_other_tenants_rows(
    line: Line, target: ProductTarget, database: Database, app_database: Database
) -> None:
    settings = configured(target.postgres, f"{line.product}.postgres")
    role = str(app_database.value("select current_user::text as u", name="role of the application"))
    tables = tenant_tables(database, settings)
    found = relations(database, role)
    guarded = [r for r in found if not (r.schema == database.schema and r.name in settings.shared_tables)]
    roles = Roles(database)
    reached = roles.reached_by(role)
    context = Context(
        settings.tenant_setting or "",
        {t.name: t.column for t in tables if t.column},
        function_sources(database),
        settings.tenant_column or "",
    )
    problems: dict[str, list[str]] = {
        str(r): judge.relation_problems(r, role, {role, "public", *reached}, context) for r in guarded
    }
    functions = judge.unreviewed(definer_functions(database, role), settings.reviewed_functions)
    problems |= {sentence: [sentence] for sentence in functions}
    wrong = {name: sentences for name, sentences in problems.items() if sentences}
    observed(database, "relations and functions judged", len(problems), source="SQL pg_class, pg_proc", unit="count")
    with workshop(app_database, settings) as shop:
        victim, attacker = shop.tenant("a"), shop.tenant("b")
        shop.fill(victim)
        shop.fill(attacker)
        attempts = Attempts(shop, victim, attacker)
        hidden = attempts.own_hidden()
        readable = [r for r in guarded if "SELECT" in r.privileges]
        others = [r for r in readable if r.schema != database.schema or r.name not in shop.tables]
        reached_rows = [*attempts.reads(), *attempts.writes(), *attempts.shown_elsewhere(others)]
    reached_rows += seen_without_context(app_database, readable)
    if hidden and not reached_rows:
        raise Unobservable(
            f"a tenant does not see its own row in {', '.join(hidden)}, so that it sees no other's shows nothing",
            "Check tenant_setting and the policies of these tables",
        )
    share = 100 * (len(problems) - len(wrong)) / len(problems)
    conclude(
        [
            *(sentence for sentences in wrong.values() for sentence in sentences),
            *(f"{a.relation}: {a.what} ({a.rows})" for a in reached_rows),
            *judge.role_problems(role, reached, roles.attributes),
            None if role == settings.app_role else f"the application is {role}, the target says {settings.app_role}",
            line.limit("protected_relations").problem(share, of=database, hint=LOOK),
            line.limit("foreign_rows").problem(sum(a.rows for a in reached_rows), of=app_database, hint=LOOK),
        ]
    )
