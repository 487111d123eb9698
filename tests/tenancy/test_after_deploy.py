"""After a deployment every tenant is shown all that it had before, and is found by its addresses."""

from __future__ import annotations

import time

import pytest

from fixtures.api import ApiClient
from fixtures.postgres import Database
from fixtures.tenancy.before import Counts, Holdings, Snapshot
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from golive.target.release import deployed_at
from golive.verdict import Unobservable
from tests.judges import holdings as judge

HINT = "Look at what the migrations of this release do to tenants' rows"
PAUSE = 2.0
"""Seconds before what does not fit is counted once more: somebody may be at work in a tenant."""


@verifies("SEI-3.1.2.1.1")
@pytest.mark.timeout(240)
def test_tenants_are_shown_all_that_they_had_before_the_deployment(
    line: Line, target: ProductTarget, api: ApiClient, all_rows: Database, app_database: Database
) -> None:
    tenancy = configured(target.tenancy, f"{line.product}.tenancy")
    described = configured(tenancy.before, f"{line.product}.tenancy.before")
    deployed = deployed_at(target.release, line.product)
    settings = configured(target.postgres, f"{line.product}.postgres")
    holdings = Holdings(all_rows, app_database, settings, described)
    audit = api.settings.audit
    now, shown = _counted(holdings)
    if not now.counts:
        raise Unobservable(f"{all_rows} shows no active tenant", "Check [tenancy.before] tenants and active")
    holdings.keep(now)
    before = holdings.before(deployed)
    deleted = holdings.deleted(before.at, audit and audit.table, audit and audit.trail)
    missing, hidden = judge.missing(before.counts, now.counts, deleted), judge.hidden(now.counts, shown)
    lost = holdings.lost_addresses(now.counts)
    changed = _changed(holdings, before, deleted)
    wrong = {*missing, *hidden, *(tenant for tenant, _, _ in lost), *(tenant for tenant, _ in changed)}
    complete = 100 * len([t for t in before.counts if t not in wrong]) / len(before.counts)
    conclude(
        [
            *(f"tenant {tenant[:8]} {what}" for found in (missing, hidden) for tenant, all_ in found.items()
              for what in all_),
            *(f"tenant {tenant[:8]} is not found by its {place}: that leads to {found[:8] or 'nobody'}"
              for tenant, place, found in lost),
            *(what for _, what in changed),
            line.limit("complete_tenants").problem(complete, of=f"{len(before.counts)} tenants", hint=HINT),
            line.limit("missing_rows").problem(judge.rows_gone(before.counts, now.counts, deleted), of=all_rows),
            line.limit("changed_samples").problem(len(changed), of="sampled rows"),
        ]
    )  # fmt: skip


def _counted(holdings: Holdings) -> tuple[Snapshot, Counts]:
    """Count both ways, once more where they differ."""
    now = holdings.now()
    shown = holdings.shown(now.counts)
    if judge.hidden(now.counts, shown):
        time.sleep(PAUSE)
        now = holdings.now()
        shown = holdings.shown(now.counts)
    return now, shown


def _changed(holdings: Holdings, before: Snapshot, deleted: Counts) -> list[tuple[str, str]]:
    """Compare the sampled rows as each tenant is shown them now; return tenant and what is wrong."""
    found = []
    for table, tenants in before.samples.items():
        if table not in holdings.described.contents:
            continue
        for tenant, digests in tenants.items():
            gone, other = judge.altered(digests, holdings.digests(table, tenant, list(digests)))
            if other:
                found.append((tenant, f"tenant {tenant[:8]}: {other} sampled rows of {table} hold something else now"))
            if gone > deleted.get(tenant, {}).get(table, 0):
                found.append((tenant, f"tenant {tenant[:8]} is not shown {gone} sampled rows of {table} any more"))
    return found
