"""Isolation takes nothing away: each tenant gets all of its rows, and its settings as they stand."""

from __future__ import annotations

from fixtures.api import ApiClient
from fixtures.postgres import Database
from fixtures.tenancy.owned import Owned
from fixtures.tenancy.things import owners
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from golive.verdict import NotConfigured, Unobservable
from tests.judges.mixing import misapplied, miscounted

HINT = "Look for rows with a former tenant's id or none, for a policy that hides more, for a default that goes before"


@verifies("SEI-2.1.2.4.3")
def test_each_tenant_gets_all_its_own(line: Line, target: ProductTarget, api: ApiClient, all_rows: Database) -> None:
    tenancy = configured(target.tenancy, f"{line.product}.tenancy")
    settings = configured(target.postgres, f"{line.product}.postgres")
    if not tenancy.own:
        raise NotConfigured(f"the target has no {line.product}.tenancy.own", "Say where settings are told and stand")
    ring = list(owners(api))
    owned = Owned(api, all_rows, settings, tenancy)
    totals = [total for owner in ring for total in owned.totals(owner)]
    seen = [setting for owner in ring for setting in owned.settings(owner)]
    rows = sum(t.has for t in totals)
    if not rows or not seen:
        raise Unobservable("the synthetic tenants have no rows or no settings", "Give them some of each counted kind")
    missing = sum(max(0, t.has - t.told) for t in totals)
    wrong = misapplied(seen)
    conclude(
        [
            *miscounted(totals),
            *wrong,
            line.limit("tenants").problem(len(ring), of="the target"),
            line.limit("own_rows_visible").problem(100 * (rows - missing) / rows, of=all_rows, hint=HINT),
            line.limit("settings_applied").problem(100 * (len(seen) - len(wrong)) / len(seen), of=api, hint=HINT),
        ]
    )
