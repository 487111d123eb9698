"""Each access to a tenant's things, done or refused, leaves its own entry, in the trails of those whom it concerns."""

from __future__ import annotations

import pytest

from fixtures.api import ApiClient
from fixtures.tenancy.accesses import Series
from fixtures.tenancy.temporary import temporary_tenant
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from tests.judges import accesses as judge

HINT = "Write the entry in the transaction of the access, one for each thing"


@verifies("SEI-2.2.2.1.4")
@pytest.mark.writes
@pytest.mark.timeout(240)
def test_each_access_leaves_its_own_entry(line: Line, target: ProductTarget, api: ApiClient) -> None:
    tenancy = configured(target.tenancy, f"{line.product}.tenancy")
    audit = configured(api.settings.audit, f"{line.product}.api.audit")
    with temporary_tenant(api) as victim, temporary_tenant(api) as attacker:
        series = Series(victim, attacker, audit, tenancy)
        series.play()
        shown, waited = series.shown(min(float(line.limit("log_delay").value), audit.delay))  # type: ignore[arg-type]
        owner = victim.id
    lost, surplus = judge.matched(series.accesses, shown, audit.refused)
    foreign = judge.foreign(shown)
    share = 100 * (len(series.accesses) - len(lost)) / len(series.accesses)
    conclude(
        [
            *judge.unlogged(lost, owner),
            *foreign,
            *(f"the trail of {trail[:8]} has one {e.event} more than there were" for trail, e in surplus),
            line.limit("logged_accesses").problem(share, of=f"{len(series.accesses)} accesses", hint=HINT),
            line.limit("foreign_entries").problem(len(foreign), of="both trails"),
            line.limit("surplus_entries").problem(len(surplus), of="both trails"),
            None if lost else line.limit("log_delay").problem(waited, of="the last entry"),
        ]
    )
