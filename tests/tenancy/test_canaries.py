"""Tenants on the live system: each finds its own, none finds another's."""

from __future__ import annotations

import pytest

from fixtures.postgres import Database
from fixtures.tenancy import Canaries
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies
from golive.verdict import NotConfigured, Unobservable
from tests.judges.canaries import KINDS, blind, foreign_rows, leaks, own_missing

ROWS = "Look at the table's policies and FORCE, at who owns it, and at the filter of the handler"


@verifies("SEI-3.1.2.1.3")
@pytest.mark.smoke
def test_canary_tenants_do_not_see_one_another(
    line: Line, canaries: Canaries, database: Database, app_database: Database
) -> None:
    kinds = canaries.operations()
    if missing := [kind for kind in KINDS if not kinds[kind]]:
        raise NotConfigured(
            f"no operation of {line.product} reads by {', '.join(missing)} and says where markers stand",
            "Give such operations the field marker_text, and identities the ids of their own things in extra",
        )
    unprotected = canaries.unprotected(database)
    readings = canaries.read()
    rows = canaries.rows(app_database)
    if nobody := blind(rows):
        raise Unobservable(
            f"the application's role sees no row at all in the context of {', '.join(nobody)}",
            "Check app_dsn and tenant_setting of the target",
        )
    lost, seen, shown = own_missing(readings), leaks(readings), foreign_rows(rows)
    own = [r for r in readings if r.of == r.reader]
    conclude(
        [
            *(f"table {table} has no {lacks}" for table, lacks in unprotected.items()),
            *shown,
            *seen,
            *lost,
            line.limit("canary_tenants").problem(len(canaries.ring), of="the target"),
            line.limit("foreign_markers").problem(len(seen), of="answers to canaries", hint=ROWS),
            line.limit("foreign_rows").problem(sum(r.foreign for r in rows), of=app_database, hint=ROWS),
            line.limit("unprotected_relations").problem(len(unprotected), of=database, hint=ROWS),
            line.limit("own_markers").problem(100 * (len(own) - len(lost)) / len(own), of="own reads"),
        ]
    )
