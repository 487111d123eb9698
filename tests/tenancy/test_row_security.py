"""The database itself keeps tenants apart: by its catalogue, and by what is tried as the application's own role."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from fixtures.api import ApiClient
from fixtures.postgres import Database
from fixtures.postgres.roles import Roles
from fixtures.tenancy.attempts import Attempt, Attempts, seen_without_context
from fixtures.tenancy.foreign import Foreign, Trial
from fixtures.tenancy.synthetic import workshop
from fixtures.tenancy.tables import tenant_tables
from fixtures.tenancy.things import owners, things
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from golive.verdict import Unobservable
from tests.judges import foreign_ids
from tests.judges import row_security as judge
from tests.tenancy.guarded import guarded

LOOK = "Look at the table's policies and at who owns it"


@dataclass(frozen=True)
class Isolation:
    """What the catalogue and the tries in a transaction showed."""

    problems: list[str | None]
    share: float
    """Percent of the relations and functions that are guarded."""
    unguarded: int
    reached: list[Attempt]


@verifies("SEI-1.1.1.3.2")
@pytest.mark.writes
def test_database_hides_other_tenants_rows(
    line: Line, target: ProductTarget, database: Database, app_database: Database
) -> None:
    found = _isolation(line, target, database, app_database)
    conclude(
        [
            *found.problems,
            line.limit("protected_relations").problem(found.share, of=database, hint=LOOK),
            line.limit("foreign_rows").problem(sum(a.rows for a in found.reached), of=app_database, hint=LOOK),
        ]
    )


@verifies("AURA-8.1.3.2")
@pytest.mark.writes
def test_users_rows_are_their_own_in_sql_and_api(
    line: Line, target: ProductTarget, database: Database, app_database: Database, api: ApiClient
) -> None:
    found = _isolation(line, target, database, app_database)
    trials = _by_api(line, target, app_database, api)
    leaks = [problem for trial in trials if (problem := foreign_ids.leak(trial))]
    if not leaks and (unseen := foreign_ids.blind(trials)):
        raise Unobservable(f"users do not see their own things by {', '.join(unseen)}", "Check the things' values")
    conclude(
        [
            *found.problems,
            *leaks,
            line.limit("unprotected_tables").problem(found.unguarded, of=database, hint=LOOK),
            line.limit("foreign_rows").problem(
                sum(a.rows for a in found.reached) + len(leaks), of=app_database, hint=LOOK
            ),
        ]
    )


def _by_api(line: Line, target: ProductTarget, application: Database, api: ApiClient) -> list[Trial]:
    """Each user with the things of the next."""
    tenancy = configured(target.tenancy, f"{line.product}.tenancy")
    settings = configured(target.postgres, f"{line.product}.postgres")
    ring = list(owners(api))
    if len(ring) < 2:
        raise Unobservable("the target has one synthetic user alone", "Give at least two identities with markers")
    with things(api, tenancy, settings, application) as shop:
        return Foreign(shop, ring[0], ring[1]).trials()


def _isolation(line: Line, target: ProductTarget, database: Database, app_database: Database) -> Isolation:
    settings = configured(target.postgres, f"{line.product}.postgres")
    role = str(app_database.value("select current_user::text as u", name="role of the application"))
    columns = {t.name: t.column for t in tenant_tables(database, settings) if t.column}
    roles = Roles(database)
    reached = roles.reached_by(role)
    catalogue = guarded(database, settings, role)
    problems, wrong = catalogue.problems, catalogue.wrong
    with workshop(app_database, settings) as shop:
        victim, attacker = shop.tenant("a"), shop.tenant("b")
        shop.fill(victim)
        shop.fill(attacker)
        attempts = Attempts(shop, victim, attacker)
        hidden = attempts.own_hidden()
        readable = [r for r in catalogue.relations if "SELECT" in r.privileges]
        others = [r for r in readable if r.schema != database.schema or r.name not in shop.tables]
        reached_rows = [*attempts.reads(), *attempts.writes(), *attempts.shown_elsewhere(others)]
    common = {name: columns[name] for name in settings.common_rows if name in columns}
    reached_rows += seen_without_context(app_database, readable, common)
    if hidden and not reached_rows:
        raise Unobservable(
            f"a tenant does not see its own row in {', '.join(hidden)}, so that it sees no other's shows nothing",
            "Check tenant_setting and the policies of these tables",
        )
    return Isolation(
        [
            *(sentence for sentences in wrong.values() for sentence in sentences),
            *(f"{a.relation}: {a.what} ({a.rows})" for a in reached_rows),
            *judge.role_problems(role, reached, roles.attributes),
            None if role == settings.app_role else f"the application is {role}, the target says {settings.app_role}",
        ],
        100 * (len(problems) - len(wrong)) / len(problems),
        len(wrong),
        reached_rows,
    )
