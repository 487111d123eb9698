"""The schema admits no row without a tenant, none that is linked across tenants, and tells none what others have."""

from __future__ import annotations

import pytest

from fixtures.postgres import Database
from fixtures.tenancy.attempts import Attempts
from fixtures.tenancy.keys import ties
from fixtures.tenancy.synthetic import workshop
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from golive.verdict import Unobservable
from tests.judges import tenant_schema as judge


@verifies("SEI-1.1.1.3.3")
@pytest.mark.writes
def test_rows_belong_to_one_tenant(
    line: Line, target: ProductTarget, database: Database, app_database: Database
) -> None:
    settings = configured(target.postgres, f"{line.product}.postgres")
    with workshop(app_database, settings) as shop:
        found = [ties(table, shop.shapes[name], shop.tables) for name, table in shop.tables.items()]
        victim, attacker = shop.tenant("a"), shop.tenant("b")
        shop.fill(victim, same_words=True)
        refused = shop.fill(attacker, same_words=True)
        links = Attempts(shop, victim, attacker).links()
    if not links:
        raise Unobservable(f"{database}: no key between tenants' tables could be tried", "Check tenant_columns")
    observed(database, "keys tried across tenants", [key.name for key, _ in links], source="SQL INSERT")
    nullable, strange = judge.nullable_columns(found), judge.without_tenant(found)
    across = judge.admitted_links(links) + judge.loose_ties(found, settings.unlinked_tables)
    telling = judge.telling_keys(found, settings.unique_everywhere) + judge.refused_words(refused)
    conclude(
        [
            line.limit("nullable_tenant_columns").problem(len(nullable), of=database, hint="SET NOT NULL"),
            *nullable,
            line.limit("cross_tenant_references").problem(
                len(across), of=database, hint="Have the key take the tenant's column in, or the policy look"
            ),
            *across,
            line.limit("unreviewed_shared_tables").problem(len(strange), of=database),
            *strange,
            *telling,
        ]
    )
