"""launch: a record of what is stored now, which is when the reference goes live, in the form of docs/target.md."""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import httpx
import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from reference.clients import aws_client
from reference.describe.providers import index_host
from reference.settings import Settings

FILES = "files"
"""Our word for the bucket."""


def describe(settings: Settings, product: str, section: dict[str, Any]) -> None:
    """Write the record and say where it is. Raises psycopg.Error, botocore's errors, OSError."""
    if "launch" not in section:
        return
    path = settings.part_folder(f"{product}-launch.json")
    index, files = section["launch"]["index"], section["postgres"]["file_columns"]
    with psycopg.connect(settings.postgres.superuser_dsn(product), row_factory=dict_row) as connection:
        memories = _memories(connection, index)
        keys = [key for column in files for key in _keys(connection, column)]
    record = {
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "rows": [_row(index, memory) for memory in memories],
        "objects": _objects(settings, product, section["aws"]["buckets"][FILES], keys),
        "vectors": _vectors(settings, index, memories),
    }
    path.write_text(json.dumps(record, indent=1) + "\n")
    section["launch"]["record"] = str(path)


def _memories(connection: psycopg.Connection[dict[str, Any]], index: dict[str, Any]) -> list[dict[str, Any]]:
    columns = sorted({index["key"], index["namespace"], *index["metadata"].values(), "full_text"})
    chosen = sql.SQL(", ").join(sql.SQL("{0}::text").format(sql.Identifier(c)) for c in columns)
    query = sql.SQL("SELECT {} FROM {} WHERE ").format(chosen, sql.Identifier(index["table"])) + sql.SQL(index["where"])
    return connection.execute(query).fetchall()


def _keys(connection: psycopg.Connection[dict[str, Any]], column: str) -> list[str]:
    table, _, name = column.partition(".")
    query = sql.SQL("SELECT DISTINCT {} AS key FROM {}").format(sql.Identifier(name), sql.Identifier(table))
    return [row["key"] for row in connection.execute(query)]


def _row(index: dict[str, Any], memory: dict[str, Any]) -> dict[str, Any]:
    columns = [*index["metadata"].values(), "full_text"]
    key = {index["key"]: memory[index["key"]]}
    return {
        "table": index["table"], "key": key, "columns": columns, "sha256": _digest([memory[c] for c in columns])
    }  # fmt: skip


def _objects(settings: Settings, product: str, bucket: str, keys: Sequence[str]) -> list[dict[str, str]]:
    s3 = aws_client(settings, product, "s3", "reader")
    return [
        {"bucket": FILES, "key": key, "etag": s3.head_object(Bucket=bucket, Key=key)["ETag"].strip('"')} for key in keys
    ]


def _vectors(settings: Settings, index: dict[str, Any], memories: list[dict[str, Any]]) -> list[dict[str, str]]:
    """As the index gives them: single precision."""
    headers, found = {"Api-Key": settings.simulators["pinecone"].key}, []
    for memory in memories:
        asked = {"ids": memory[index["key"]], "namespace": memory[index["namespace"]]}
        url = f"{index_host(settings)}/vectors/fetch"
        answer = httpx.get(url, params=asked, headers=headers, timeout=30, trust_env=False).raise_for_status()
        numbers = answer.json()["vectors"][asked["ids"]]["values"]
        digest = hashlib.sha256(struct.pack(f"<{len(numbers)}f", *numbers)).hexdigest()
        found.append({"namespace": asked["namespace"], "id": asked["ids"], "sha256": digest})
    return found


def _digest(values: Sequence[str | None]) -> str:
    text = json.dumps(list(values), ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
