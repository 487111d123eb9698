"""Hot statements are served by indexes, as the application that runs them; the server's memory is shared out well."""

from __future__ import annotations

from psycopg import sql

from fixtures.postgres import Database
from fixtures.postgres.tuning import Scan, Tuning, plans
from fixtures.postgres.vitals import Vitals
from fixtures.tenancy.tables import tenant_tables
from golive.catalogue import Limit, Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from golive.target.stores import Postgres as Settings
from golive.verdict import NotConfigured, Unobservable
from tests.judges import tuning as judge

GIB = 2**30
NOBODY = "00000000-0000-4000-8000-000000000000"
"""A tenant that is none: statements are planned in its context, not run."""
UNPLANNED = 0.2
"""More of the hot statements than this that can't be planned leave the line unverified."""


@verifies("SEI-1.1.1.3.5")
def test_hot_statements_use_indexes_and_memory_is_shared_out(
    line: Line, target: ProductTarget, database: Database, app_database: Database
) -> None:
    settings = configured(target.postgres, f"{line.product}.postgres")
    if settings.memory_gib is None:
        raise NotConfigured(f"the target has no {line.product}.postgres.memory_gib", "Give the server's memory")
    tuning = Tuning(database)
    most = line.limit("top_statements").value
    assert isinstance(most, int)
    hot = tuning.hot_statements(settings.app_role, most)
    planned, failed = plans(
        app_database, [*hot, *(s.sql for s in settings.statements.values())], _context(settings.tenant_setting)
    )
    if len(failed) > UNPLANNED * len(hot):
        raise Unobservable(f"{len(failed)} of {len(hot)} hot statements can't be planned: {failed[0]}")
    large = line.limit("large_table_above")
    scans = judge.scans_of_large_tables(planned, tuning.sizes, large.admits)
    owned = {Scan(database.schema, t.name) for t in tenant_tables(database, settings) if t.column}
    keys = judge.unindexed_keys(tuning.foreign_keys, tuning.indexes)
    keys += judge.unserved_tenant_filters(planned, owned)
    invalid = judge.invalid_indexes(tuning.indexes)
    doubled = judge.doubled_indexes(tuning.indexes)
    stale = [t for t in tuning.sizes.values() if large.admits(t["rows"]) and t["changed"]]
    buffers, promised = judge.memory_shares(tuning.settings, settings.memory_gib * GIB)
    conclude(
        [
            line.limit("sequential_scans").problem(len(scans), of=database, hint="Give them an index"),
            *scans,
            line.limit("unindexed_keys").problem(len(keys), of=database, hint="Add an index on these columns first"),
            *keys,
            line.limit("invalid_indexes").problem(len(invalid), of=database),
            *invalid,
            line.limit("doubled_indexes").problem(len(doubled), of=database, hint="Drop one of them"),
            *doubled,
            *_unused(line, tuning, settings, large),
            line.limit("cache_hit").problem(Vitals(database).cache_hit, of=database, hint="Is memory too small?"),
            *(
                f"statistics of {t['schema']}.{t['name']} were never collected: ANALYZE it"
                if t["analyzed_days"] is None
                else line.limit("analyze_age").problem(t["analyzed_days"], of=f"table {t['schema']}.{t['name']}")
                for t in stale
            ),
            line.limit("shared_buffers").problem(buffers, of=f"memory of {database}", hint="Set shared_buffers"),
            line.limit("promised_memory").problem(
                promised, of=f"memory of {database}", hint="shared_buffers + max_connections x work_mem: lower one"
            ),
            line.limit("random_page_cost").problem(
                tuning.settings["random_page_cost"], of=database, hint="4 is for spinning disks"
            ),
        ]
    )


def _unused(line: Line, tuning: Tuning, settings: Settings, large: Limit) -> list[str]:
    """Indexes that nobody reads by: a word to who owns them where a replica may read, or counting began lately."""
    unused = judge.unused_indexes(tuning.indexes, tuning.foreign_keys, tuning.sizes, large.admits)
    observed(tuning, "indexes never read", unused, source="SQL pg_stat_user_indexes")
    judged = line.limit("counted_for").admits(tuning.counted_days) and not settings.replicas
    return [f"{why} in {tuning.counted_days:.0f} days: drop it" for why in unused] if judged else []


def _context(setting: str | None) -> list[str]:
    if setting is None:
        return []
    name = sql.SQL(".").join(map(sql.Identifier, setting.split(".")))
    return [sql.SQL("set {} = {}").format(name, sql.Literal(NOBODY)).as_string()]
