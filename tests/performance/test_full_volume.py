"""Lists come quickly from the database as it was loaded, also for the user who has the most."""

from __future__ import annotations

from datetime import datetime

import pytest
from psycopg import sql

from fixtures.api.client import ApiClient
from fixtures.parallel import each
from fixtures.postgres.database import Database
from fixtures.postgres.loaded import split_column
from fixtures.postgres.statistics import known_tables, statement_times
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from golive.target.stores import Postgres
from golive.verdict import NotConfigured, Unobservable
from tests.judges.full_volume import p95, slow_enough, slowest_mean, statistics_problems
from tests.performance.heaviest import heaviest_identity

LISTS = ("list_avatars", "list_effects", "list_projects")
AT_ONCE = 4


@verifies("AURA-6.2.1.4")
@pytest.mark.lengthy
@pytest.mark.timeout(900)
def test_lists_come_quickly_at_full_volume(
    line: Line, target: ProductTarget, api: ApiClient, database: Database, all_rows: Database
) -> None:
    settings = configured(target.postgres, f"{line.product}.postgres")
    problems: list[str | None] = [*statistics_problems(known_tables(all_rows), _loaded(line, database, settings))]
    name = heaviest_identity(line, api, all_rows, settings)
    before = statement_times(database, settings.app_role)
    for operation in LISTS:
        problems += _listed(line, api, operation, name)
    samples = int(float(str(line.limit("samples").value)))
    slowest = slowest_mean(before, statement_times(database, settings.app_role), samples // 2)
    if slowest is None and not any(problems):
        raise Unobservable(
            f"{database}: no statement of {settings.app_role} was called as often as the lists were",
            "Is this the API's database? Does pg_stat_statements keep enough statements?",
        )
    if slowest is not None:
        mean = observed(database, "slowest statement of the lists", round(slowest[1], 2), source="SQL", unit="ms")
        problems.append(line.limit("database_time").problem(mean, of=database, hint=f"EXPLAIN {slowest[0]}"))
    conclude(problems)


def _loaded(line: Line, database: Database, settings: Postgres) -> datetime:
    """When the data was loaded: the migrations' own record."""
    if settings.applied is None:
        raise NotConfigured(f"the target has no {line.product}.postgres.applied", "Name TABLE.COLUMN with its time")
    table, column = split_column(settings.applied)
    query = sql.SQL("select max({}) as at from {}").format(
        sql.Identifier(column), sql.Identifier(database.schema, table)
    )
    found = database.value(query.as_string(), name="loaded at")
    if not isinstance(found, datetime):
        raise Unobservable(f"{database}: {settings.applied} holds no time", "Correct postgres.applied in the target")
    return found


def _listed(line: Line, api: ApiClient, operation: str, identity: str) -> list[str | None]:
    """Ask as often as the line wants, or until it is clear that the limit is missed."""
    wanted, most = int(float(str(line.limit("samples").value))), float(str(line.limit("p95").value))
    api.token(identity)
    status, times, wrong = api.operation(operation).status, [], ""
    while len(times) < wanted and not wrong:
        answers = each(lambda _: api.call(operation, identity=identity), range(min(20, wanted)), workers=AT_ONCE)
        wrong = next((str(answer) for answer in answers if answer.status != status), "")
        times += [answer.seconds * 1000 for answer in answers]
        if slow_enough(sum(ms >= most for ms in times), wanted):
            break
    of = f"{operation} as {identity}"
    reached = round(p95(times), 1)
    observed(of, "p95", reached, source=f"{len(times)} calls", unit="ms")
    return [
        f"{wrong} as {identity}, want {status}" if wrong else None,
        line.limit("p95").problem(reached, of=of, hint=f"After {len(times)} calls. See its statements' plans"),
        line.limit("samples").problem(len(times), of=of) if reached < most and not wrong else None,
    ]
