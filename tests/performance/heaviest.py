"""Who of the synthetic users has the most: only as that one, waiting for much data shows."""

from __future__ import annotations

from fixtures.api.client import ApiClient
from fixtures.postgres.database import Database
from fixtures.postgres.statistics import heaviest
from golive.catalogue import Line
from golive.observation import observed
from golive.target.stores import Postgres
from golive.verdict import NotConfigured, Unobservable

LIGHTER = 10
"""A synthetic user with so many times fewer rows than the heaviest real one shows nothing of that one's waiting."""
_OWNED = """
select c.relname::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
join pg_attribute a on a.attrelid = c.oid
where n.nspname = %s and c.relkind = 'r' and a.attname = %s and not a.attisdropped order by 1
"""


def heaviest_identity(line: Line, api: ApiClient, all_rows: Database, settings: Postgres) -> str:
    """The identity with the most rows, but for that whose requests are limited.

    Raises:
        Unobservable: it has far fewer than real users have.
    """
    column = settings.tenant_column
    if column is None:
        raise NotConfigured(f"the target has no {line.product}.postgres.tenant_column", "Name the owners' column")
    limited = api.settings.quota.identity if api.settings.quota else ""
    by_id = {i.id: name for name, i in api.settings.identities.items() if i.id and name != limited}
    tables = [row["name"] for row in all_rows.rows(_OWNED, [all_rows.schema, column])]
    if not by_id or not tables:
        raise NotConfigured(f"no identity has an id, or no table the column {column}", "Complete api.identities")
    owner, rows, most = heaviest(all_rows, tables, column, list(by_id))
    observed(f"identity {by_id[owner]}", "rows", rows, source="SQL count", unit="rows")
    if rows * LIGHTER < most:
        raise Unobservable(
            f"identity {by_id[owner]}, the heaviest synthetic user, has {rows} rows, the heaviest of all users {most}",
            "Load a synthetic user with as much as your heaviest users have",
        )
    return by_id[owner]
