"""The product's main statements are quick: as it makes them now, and at volume for the one who has the most."""

from __future__ import annotations

import time
from functools import partial

import pytest
from pglast.parser import ParseError

from fixtures.api.client import ApiClient
from fixtures.api.patience import patiently
from fixtures.postgres.database import Database
from fixtures.postgres.statistics import Counted, counted_statements
from fixtures.postgres.volume import Filled, filled
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from golive.target.stores import Volume
from golive.verdict import Unobservable
from tests.judges.rollback_rules import number
from tests.judges.typical_queries import spreads, unasked, unserved
from tests.judges.warmth import percentile, tolerated
from tests.performance.heaviest import heaviest_identity

ROUNDS, PAUSE = 3, 3.0
"""What is slow stays slow, a busy moment of this machine passes."""
RUNS, SHARE = 20, 0.95
SHOWN = 120


@verifies("AURA-5.1.4.2")
@pytest.mark.writes
@pytest.mark.timeout(240)
def test_typical_queries_are_quick(
    line: Line, target: ProductTarget, api: ApiClient, database: Database, app_database: Database, all_rows: Database
) -> None:
    settings = configured(target.postgres, f"{line.product}.postgres")
    volume = configured(settings.volume, f"{line.product}.postgres.volume")
    name = heaviest_identity(line, api, all_rows, settings)
    counted, problems = _live(line, api, database, settings.app_role, volume, name)
    _made_by_the_product(volume, [c.query for c in counted.values()], database)
    rows = int(number(line, "rows"))
    with filled(app_database, settings, volume, api.identity(name).id, rows) as copies:
        problems += [problem for word in volume.statements for problem in _timed(line, volume, copies, word)]
        scanned = {word: _scanned(copies, text) for word, text in volume.statements.items()}
    problems += unserved(scanned)
    problems.append(line.limit("rows").problem(rows, of="each copy"))
    conclude(problems)


def _live(
    line: Line, api: ApiClient, database: Database, role: str, volume: Volume, identity: str
) -> tuple[dict[str, Counted], list[str | None]]:
    """Statements that a standard run made, and what is wrong with how long they took."""
    limit, samples = line.limit("p95"), int(number(line, "samples"))
    best, asked = None, dict[str, Counted]()
    for attempt in range(ROUNDS):
        if attempt:
            time.sleep(PAUSE)
        before = counted_statements(database, role)
        for operation in volume.operations:
            for _ in range(samples):
                answer = patiently(partial(api.call, operation, identity=identity), longest=20)
                if answer.status != api.operation(operation).status:
                    raise Unobservable(f"{answer} as {identity}", "Without it there is nothing to time")
        after = counted_statements(database, role)
        asked |= {k: s for k, s in after.items() if s.calls > (before[k].calls if k in before else 0)}
        found = spreads(before, after, samples)
        if not found:
            raise Unobservable(
                f"{database}: no statement of {role} was made as often as the calls",
                "Is this the API's database? Does pg_stat_statements keep enough statements?",
            )
        best = min(best or found[0], found[0], key=lambda s: s.p95)
        if limit.admits(best.p95):
            break
    assert best is not None
    shown = " ".join(best.query.split())[:SHOWN]
    reached = observed(database, "p95 of the slowest statement", round(best.p95, 2), source="SQL", unit="ms")
    hint = f"mean {best.mean:.1f} ms of {best.calls} calls of: {shown}"
    return asked, [limit.problem(reached, of=f"statements of {role}", hint=hint)]


def _made_by_the_product(volume: Volume, asked: list[str], database: Database) -> None:
    """Raise Unobservable when what is to be timed is not what the product asks."""
    try:
        strange = unasked(volume.statements, asked)
    except ParseError as error:
        raise Unobservable(f"postgres.volume.statements: {error.args[0]}", "Correct it in the target") from None
    if strange:
        raise Unobservable(
            f"{database}: the product did not make the statements {', '.join(strange)} of postgres.volume",
            f"Copy them from pg_stat_statements as {', '.join(volume.operations)} make them",
        )


def _timed(line: Line, volume: Volume, copies: Filled, word: str) -> list[str | None]:
    """What is wrong with how long a statement takes on the full copies."""
    limit, text = line.limit("p95"), volume.statements[word]
    of = f"{word} of the heaviest user at volume"
    for attempt in range(ROUNDS):
        if attempt:
            time.sleep(PAUSE)
        times = list[float]()
        while len(times) < RUNS and sum(not limit.admits(ms) for ms in times) <= tolerated(RUNS, SHARE):
            ran = copies.run(text)
            if ran is None:
                return [f"{of} was ended by the time-out: see its plan on {', '.join(volume.tables)}"]
            if not any(schema.startswith("pg_temp") for schema, _ in ran.tables):
                raise Unobservable(
                    f"{word} reads none of the filled tables",
                    "Name its table in postgres.volume.tables, and no schema in the statement",
                )
            times.append(ran.milliseconds)
        reached = round(percentile(times, SHARE), 2)
        if limit.admits(reached):
            break
    observed(of, "p95", reached, source="SQL EXPLAIN (ANALYZE, BUFFERS)", unit="ms")
    return [limit.problem(reached, of=of, hint=f"{len(times)} times: {' '.join(text.split())[:SHOWN]}")]


def _scanned(copies: Filled, text: str) -> set[str]:
    copies.scanning(False)
    try:
        ran = copies.run(text)
    finally:
        copies.scanning(True)
    return {table for schema, table in ran.scanned if schema.startswith("pg_temp")} if ran else set()
