"""New tenants are at work soon after they were asked for, several at once, and no human has a hand in it."""

from __future__ import annotations

from itertools import cycle, islice

import pytest

from fixtures.api import ApiClient
from fixtures.parallel import each
from fixtures.postgres import Database
from fixtures.tenancy.creation import creation
from fixtures.tenancy.provisioning import made_ready, recorded
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from golive.verdict import NotConfigured, Unobservable
from tests.judges import provisioning as judge

DAYS = 30


@verifies("SEI-5.2.1.1.1")
@pytest.mark.writes
@pytest.mark.timeout(2400)
def test_new_tenants_are_at_work_soon_and_by_nobodys_hand(
    line: Line, target: ProductTarget, api: ApiClient, all_rows: Database
) -> None:
    tenancy = configured(target.tenancy, f"{line.product}.tenancy")
    settings = configured(target.postgres, f"{line.product}.postgres")
    described = configured(tenancy.provisioning, f"{line.product}.tenancy.provisioning")
    if not tenancy.plans:
        raise NotConfigured(f"the target has no {line.product}.tenancy.plans", "Name the plans that tenants are on")
    count = int(line.limit("parallel").value)  # type: ignore[arg-type]
    with creation(api, "ready") as maker:
        api.token(maker.boss)
        plans = islice(cycle(tenancy.plans), count)
        made = each(lambda plan: made_ready(maker, plan, tenancy.ready, described.patience), plans)
        own = {r.tenant: r for r in recorded(all_rows, settings, described, 1, {m.tenant for m in made})}
    history = recorded(all_rows, settings, described, DAYS)
    times = [r.minutes for r in [*history, *own.values()] if r.minutes is not None]
    if not times:
        raise Unobservable(f"no provisioning of {DAYS} days stands in {described.table}", "See [tenancy.provisioning]")
    unready = judge.unready(made, described.patience)
    hands = judge.by_hand([*history, *own.values()])
    slowest = max((m.minutes for m in made if m.minutes is not None), default=0.0)
    conclude(
        [
            *unready,
            *judge.hidden(made, own),
            *hands,
            *judge.unfinished(history),
            None if unready else line.limit("provisioning").problem(slowest, of="the slowest of these tenants"),
            line.limit("history_p95").problem(round(judge.p95(times), 3), of=f"{len(times)} provisionings"),
            line.limit("manual_steps").problem(len(hands), of=described.table),
            line.limit("parallel").problem(len(made), of="tenants asked for at once"),
        ]
    )
