"""SQL said in every text that the API takes stays a text."""

from __future__ import annotations

import secrets as random
from contextlib import ExitStack

import pytest

from fixtures.api import ApiClient
from fixtures.api.newcomers import newcomer
from fixtures.injection.attack import Attack, attacked
from fixtures.injection.places import Place, described_queries, places
from fixtures.parallel import each
from fixtures.postgres import Database
from fixtures.postgres.statistics import statements_with
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.run_id import run_id
from golive.target import ProductTarget
from golive.target.product import configured
from golive.verdict import NotConfigured
from tests.judges.injection import judged

PEOPLE = 8
"""Users of this run: each has a quota of requests of their own."""
WORKERS = 4


@verifies("AURA-8.1.1.5")
@pytest.mark.writes
@pytest.mark.timeout(400)
def test_injected_sql_is_data(line: Line, api: ApiClient, target: ProductTarget, database: Database) -> None:
    tenancy = configured(target.tenancy, f"{line.product}.tenancy")
    mark = f"{run_id()}_{random.token_hex(4)}".replace("-", "_")
    tried = _places(api)
    observed(api, "texts attacked", len(tried), source="operations of the target", unit="count")
    with ExitStack() as stack:
        people = [stack.enter_context(newcomer(api, number)) for number in range(PEOPLE)]
        attack = Attack(people, tenancy, mark)
        shown = [one for at in each(attack.at, tried, WORKERS) for one in at]
        shown += attack.second_order() + attack.later_reads()
        seen = statements_with(database, mark)
    observed(api, "payloads sent", len(shown), source="operations of the target", unit="count")
    found = judged(shown, float(str(line.limit("added_delay").value)))
    run = found.run + [f"a payload became a part of a statement: {text[:200]}" for text in seen]
    hint = "Bind every value as a parameter, and take names of columns from a list"
    conclude([
        line.limit("successes").problem(len(run), of=api, hint=hint),
        *run,
        line.limit("added_delay").problem(found.slowest, of=f"{api}, the slowest of {len(shown)} payloads"),
        line.limit("server_errors").problem(len(found.broken), of=api, hint=hint),
        *found.broken,
    ])  # fmt: skip


def _places(api: ApiClient) -> list[Place]:
    """What makes things comes first, so that reads find something."""
    operations = attacked(api)
    described = described_queries(api)
    probe = api.settings.probe_operation
    found = [p for n, o in operations.items() for p in places(n, o, described, headers=n == probe or n == "feedback")]
    if not found:
        raise NotConfigured("no operation of the target takes a text", f"Add [{api.product}.api.operations]")
    return sorted(found, key=lambda place: operations[place.operation].reading)
