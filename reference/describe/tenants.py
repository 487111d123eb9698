"""tenancy.before: what each tenant has when the reference starts, as a record from before its release.

Its time is made up, an hour before the release was rolled out; what it counts is there.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from reference.settings import Settings

SAMPLES = 20


def describe(settings: Settings, product: str, section: dict[str, Any], deployed: datetime) -> None:
    """Write the record and say where it is. Raises psycopg.Error, OSError."""
    before = section.get("tenancy", {}).get("before")
    if before is None:
        return
    folder = settings.part_folder(f"{product}-tenants-before")
    folder.mkdir(parents=True, exist_ok=True)
    with psycopg.connect(settings.postgres.superuser_dsn(product), row_factory=dict_row) as connection:
        taken = deployed - timedelta(hours=1)
        record = {"at": taken.isoformat(), **_record(connection, before, section["postgres"])}
    (folder / f"{taken:%Y%m%dT%H%M%S%f}.json").write_text(json.dumps(record, indent=1) + "\n")
    before["folder"] = str(folder)


def _record(
    connection: psycopg.Connection[dict[str, Any]], before: dict[str, Any], postgres: dict[str, Any]
) -> dict[str, Any]:
    table, _, column = before["tenants"].partition(".")
    active = sql.SQL("SELECT {}::text AS id FROM {} WHERE ").format(sql.Identifier(column), sql.Identifier(table))
    tenants = [row["id"] for row in connection.execute(active + sql.SQL(before["active"]))]
    names = connection.execute(
        "SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') ORDER BY 1"
    ).fetchall()
    left_out = {*postgres["shared_tables"], *postgres["unlinked_tables"]}
    counts: dict[str, dict[str, int]] = {tenant: {} for tenant in tenants}
    for name in (row["name"] for row in names if row["name"] not in left_out):
        owner, source = _owner(name, postgres)
        query = sql.SQL("SELECT {} AS tenant, count(*)::int AS n FROM {} GROUP BY 1").format(owner, source)
        for row in connection.execute(query).fetchall():
            if row["tenant"] in counts:
                counts[row["tenant"]][name] = row["n"]
    samples = {name: _samples(connection, name, text, postgres) for name, text in before["contents"].items()}
    return {"counts": counts, "samples": samples}


def _owner(name: str, postgres: dict[str, Any]) -> tuple[sql.Composable, sql.Composable]:
    said = postgres["tenant_columns"].get(name, postgres["tenant_column"])
    link, _, parent = said.partition(" -> ")
    if not parent:
        return sql.SQL("t.{}::text").format(sql.Identifier(said)), sql.SQL("{} t").format(sql.Identifier(name))
    column = postgres["tenant_columns"].get(parent, postgres["tenant_column"])
    source = sql.SQL("{} t JOIN {} p ON p.id = t.{}").format(
        sql.Identifier(name), sql.Identifier(parent), sql.Identifier(link)
    )
    return sql.SQL("p.{}::text").format(sql.Identifier(column)), source


def _samples(
    connection: psycopg.Connection[dict[str, Any]], name: str, text: str, postgres: dict[str, Any]
) -> dict[str, dict[str, str]]:
    owner, source = _owner(name, postgres)
    query = sql.SQL(
        "SELECT * FROM (SELECT {o} AS tenant, t.id::text AS id, md5({e}) AS digest, row_number() OVER"
        " (PARTITION BY {o} ORDER BY md5(t.id::text)) AS place FROM {s}) x WHERE place <= {n}"
    ).format(o=owner, e=sql.SQL(text), s=source, n=sql.Literal(SAMPLES))
    found: dict[str, dict[str, str]] = {}
    for row in connection.execute(query).fetchall():
        found.setdefault(row["tenant"], {})[row["id"]] = row["digest"]
    return found
