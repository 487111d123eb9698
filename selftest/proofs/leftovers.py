"""What a deployment holds, counted past all checks: rows a table, lasting keys a family, objects a bucket."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import boto3
import psycopg
import redis
from psycopg import sql

from golive.target import Target
from golive.target.product import ProductTarget

TRAILS = ("audit", "log", "usage", "revoked", "ledger", "metric", "webhook_events")
"""Parts of the names of tables that tell what was done: these may grow, and may not shrink."""


@dataclass
class Held:
    """Name of a table, family or bucket to how much is in it."""

    rows: dict[str, int] = field(default_factory=dict)
    keys: dict[str, int] = field(default_factory=dict)
    objects: dict[str, int] = field(default_factory=dict)


def held(target: Target) -> Held:
    """Count everything of all products."""
    found = Held()
    for name, product in target.products.items():
        found.rows |= _rows(name, product)
        found.keys |= _keys(name, product)
        found.objects |= _objects(name, product)
    return found


def _rows(name: str, product: ProductTarget) -> dict[str, int]:
    assert product.postgres is not None
    assert product.postgres.all_rows_dsn is not None
    with psycopg.connect(product.postgres.all_rows_dsn.reveal(), connect_timeout=10) as connection:
        schema = product.postgres.database_schema
        tables = connection.execute(
            "select tablename from pg_tables where schemaname = %s order by 1", (schema,)
        ).fetchall()
        counted = {}
        for (table,) in tables:
            query = sql.SQL("select count(*) from {}").format(sql.Identifier(schema, table))
            row = connection.execute(query).fetchone()
            counted[f"{name}.{table}"] = int(row[0]) if row else 0
    return counted


def _keys(name: str, product: ProductTarget) -> dict[str, int]:
    """Keys that do not go by themselves, by what their names begin with."""
    assert product.redis is not None
    url = product.redis.url.reveal()
    store = redis.Redis.from_url(url, ssl_ca_certs=product.redis.ca_file, socket_timeout=10)
    with store:
        lasting = [key.decode(errors="replace") for key in store.scan_iter(count=1000) if store.ttl(key) == -1]
    return dict(Counter(f"{name}{urlsplit(url).path}.{key.split(':')[0]}" for key in lasting))


def _objects(name: str, product: ProductTarget) -> dict[str, int]:
    assert product.aws is not None
    aws = product.aws
    client = boto3.client(
        "s3", region_name=aws.region, endpoint_url=aws.endpoint_url, verify=aws.ca_file or True,
        aws_access_key_id=aws.access_key_id and aws.access_key_id.reveal(),
        aws_secret_access_key=aws.secret_access_key and aws.secret_access_key.reveal(),
    )  # fmt: skip
    pages = client.get_paginator("list_objects_v2")
    return {
        f"{name}.{bucket}": sum(page.get("KeyCount", 0) for page in pages.paginate(Bucket=bucket))
        for bucket in aws.buckets.values()
    }


def changes(before: Held, after: Held) -> list[str]:
    """Return what there is more of, or less, as sentences."""
    found = []
    for what in ("rows", "keys", "objects"):
        old, new = getattr(before, what), getattr(after, what)
        for name in sorted({*old, *new}):
            was, now = old.get(name, 0), new.get(name, 0)
            trail = what == "rows" and any(part in name.partition(".")[2] for part in TRAILS)
            if now < was or (now > was and not trail):
                found.append(f"{name}: {was} {what} before, {now} after")
    return found
