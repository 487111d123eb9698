"""PostgreSQL: one pool a process, and transactions that name the owner for row security."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import psycopg
from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row
from psycopg.types.numeric import FloatLoader
from psycopg_pool import AsyncConnectionPool, PoolTimeout

Row = dict[str, Any]
Connection = AsyncConnection[DictRow]
UNAVAILABLE = (psycopg.OperationalError, PoolTimeout)


class Database:
    """`owner_setting` is the name that row security reads, `app.user_id` or `app.organization_id`."""

    def __init__(self, url: str, owner_setting: str, size: int) -> None:
        self.owner_setting = owner_setting
        self.pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
            url,
            min_size=1,
            max_size=size + 5,
            open=False,
            timeout=5,
            reconnect_timeout=3600,
            check=AsyncConnectionPool.check_connection,
            configure=_numbers_as_floats,
            kwargs={"row_factory": dict_row, "connect_timeout": 5},
        )

    async def open(self) -> None:
        """Start the pool without waiting: a process must start while its database is away, and say so in its health."""
        logging.getLogger("psycopg.pool").setLevel(logging.ERROR)
        await self.pool.open(wait=False)

    async def close(self) -> None:
        await self.pool.close(timeout=2)

    @asynccontextmanager
    async def owner(self, owner_id: UUID | str | None) -> AsyncIterator[Connection]:
        """A transaction in which row security shows the rows of `owner_id` only; None sees no owned row.

        The setting ends with the transaction, so a pooled connection never carries it to the next request.
        """
        async with self.pool.connection() as connection, connection.transaction():
            await connection.execute("SELECT set_config(%s, %s, true)", (self.owner_setting, str(owner_id or "")))
            yield connection

    @asynccontextmanager
    async def nobody(self) -> AsyncIterator[Connection]:
        """A transaction for what has no owner: finding an account, shared caches, health."""
        async with self.owner(None) as connection:
            yield connection


async def _numbers_as_floats(connection: Connection) -> None:
    connection.adapters.register_loader("numeric", FloatLoader)


async def one(connection: Connection, statement: str, values: Any = None) -> Row | None:
    return await (await connection.execute(statement, values)).fetchone()


async def rows(connection: Connection, statement: str, values: Any = None) -> list[Row]:
    return await (await connection.execute(statement, values)).fetchall()


async def probe(url: str, *, writer: bool, timeout: float = 2.0) -> str:
    """Connect past the pool; returns what is wrong or "". Raises psycopg.Error, TimeoutError."""
    async with asyncio.timeout(timeout):
        connection = await AsyncConnection.connect(
            url, autocommit=True, row_factory=dict_row, connect_timeout=int(timeout) or 1
        )
        async with connection:
            found = await one(
                connection,
                "SELECT pg_is_in_recovery() AS recovery, current_setting('transaction_read_only') AS read_only",
            )
    assert found is not None
    if writer and (found["recovery"] or found["read_only"] == "on"):
        return "the writer is read-only"
    if not writer and not found["recovery"]:
        return "the replica address leads to a primary"
    return ""
