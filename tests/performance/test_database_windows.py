"""The database over a day of use: how long statements take, hour by hour and each, and whether it keeps itself tidy."""

from __future__ import annotations

from fixtures.api.client import ApiClient
from fixtures.metrics.plugin import SeriesReader
from fixtures.metrics.windows import Live, Window
from fixtures.postgres import Database
from fixtures.postgres.statistics import statement_times
from fixtures.postgres.vitals import Vitals
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from golive.verdict import Unobservable
from tests.judges.rollback_rules import number
from tests.judges.statements import business, mean_time, slowest
from tests.performance.spans import HOUR, hours, limited

SPANS = "statement_time"
SHOWN = 80


@verifies("SEI-5.1.1.3.3")
def test_the_mean_statement_is_quick(
    line: Line, api: ApiClient, metrics: SeriesReader, database: Database, target: ProductTarget
) -> None:
    live, window = Live(metrics), limited(line, target)
    if api.settings.probe_operation:
        api.call(api.settings.probe_operation)  # so that the application has run something since counting began
    counts = live.samples(SPANS, window)
    mean = 1000 * live.means(SPANS, window).weighed(counts)
    role = configured(target.postgres, f"{line.product}.postgres").app_role
    counted = business(statement_times(database, role).values())
    if not counted:
        raise Unobservable(
            f"{database}: the role {role} has run no statement since counting began", "Run it under load"
        )
    listed = slowest(counted, int(number(line, "listed_statements")))
    table = "; ".join(f"{s.mean:.1f} ms x {s.calls} {_short(s.text)}" for s in listed[:3])
    observed(database, "slowest statements", {_short(s.text): s.mean for s in listed}, source="SQL pg_stat_statements")
    limit = line.limit("slowest_mean")
    conclude([
        line.limit("mean").problem(round(mean, 2), of=f"statements of {hours(window)} by the application's spans"),
        line.limit("mean").problem(round(mean_time(counted), 2), of=f"statements of {role} by the server", hint=table),
        *(limit.problem(round(s.mean / 1000, 3), of=f"statement {_short(s.text)!r}", hint=f"{s.calls} calls")
          for s in listed if not limit.admits(s.mean / 1000)),
    ])  # fmt: skip


@verifies("SEI-3.2.1.1.4")
def test_the_database_stays_tidy_all_day(
    line: Line, metrics: SeriesReader, database: Database, target: ProductTarget
) -> None:
    live, fine, vitals = Live(metrics), limited(line, target), Vitals(database)
    live.means(SPANS, fine)  # so that a gap is noticed that an hour would hide
    by_hour = live.means(SPANS, Window(fine.length, HOUR)).values
    at, worst = max(by_hour.items(), key=lambda item: item[1])
    conclude([
        line.limit("mean").problem(round(1000 * worst, 2), of=f"statements of the hour from {at:%H:%M}Z, the worst"),
        line.limit("cache_hit").problem(vitals.cache_hit, of=database, hint="Is memory too small for the tables?"),
        line.limit("transaction_id_age").problem(vitals.transaction_age, of=database, hint="Vacuum the oldest tables"),
        line.limit("deadlocks").problem(vitals.deadlocks, of=database, hint="since its statistics began; see its log"),
        None if vitals.autovacuum else f"{database}: autovacuum is off",
        *(f"autovacuum is switched off for table {name}" for name in vitals.without_autovacuum),
        *(line.limit("dead_tuples").problem(p, of=f"table {name}") for name, p in vitals.dead.items()),
    ])  # fmt: skip


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SHOWN else line[: SHOWN - 1] + "…"
