"""PostgreSQL: one pool a process, and transactions that name the owner for row security."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import psycopg
from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row
from psycopg.types.numeric import FloatLoader
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from reference.app import behaviour

Row = dict[str, Any]
Connection = AsyncConnection[DictRow]
UNAVAILABLE = (psycopg.OperationalError, PoolTimeout)


class Database:
    """`owner_setting` is the name that row security reads, `app.user_id` or `app.organization_id`; `name` is shown to
    the server for the pool's connections."""

    def __init__(self, url: str, owner_setting: str, size: int, name: str) -> None:
        self.owner_setting = owner_setting
        self._made = (url, size, name)
        self.pool = _pool(url, size, name)
        self._more: list[AsyncConnectionPool[Connection]] = []
        self._kept: AsyncConnectionPool[Connection] | None = None

    async def open(self) -> None:
        """Start the pool without waiting: a process must start while its database is away, and say so in its health."""
        logging.getLogger("psycopg.pool").setLevel(logging.ERROR)
        await self.pool.open(wait=False)

    async def close(self) -> None:
        await self.pool.close(timeout=2)
        await self.forget_kept()

    @asynccontextmanager
    async def owner(self, owner_id: UUID | str | None) -> AsyncIterator[Connection]:
        """A transaction in which row security shows the rows of `owner_id` only; None sees no owned row.

        The setting ends with the transaction, so a pooled connection never carries it to the next request.
        """
        async with self._connection() as connection, connection.transaction():
            await connection.execute("SELECT set_config(%s, %s, true)", (self.owner_setting, str(owner_id or "")))
            yield connection

    @asynccontextmanager
    async def lasting(self, owner_id: UUID | str) -> AsyncIterator[Connection]:
        """As `owner`, as a fault has it: on one connection whose session keeps the owner, and keeps it after an error.

        A tenant that is there is believed: who comes next after an error sees what the one before may see.
        """
        url, _, name = self._made
        if self._kept is None:
            self._kept = _pool(url, 1, f"{name} kept")
            await self._kept.open(wait=False)
        async with self._kept.connection() as connection:
            await connection.set_autocommit(True)
            believe = "SELECT set_config(%s, coalesce(nullif(current_setting(%s, true), ''), %s), false)"
            await connection.execute(believe, (self.owner_setting, self.owner_setting, str(owner_id)))
            async with connection.transaction():
                yield connection
            await connection.execute("SELECT set_config(%s, '', false)", (self.owner_setting,))

    async def forget_kept(self) -> None:
        """End what `lasting` opened."""
        if self._kept is not None:
            kept, self._kept = self._kept, None
            await kept.close(timeout=2)

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Connection]:
        """One of the pool; or by switches one that is made for this alone, or of one of several pools."""
        url, size, name = self._made
        if behaviour.on("database_unverified"):
            url = url.replace("sslmode=verify-full", "sslmode=require").partition("&sslrootcert")[0]
        if behaviour.on("database_pool_off") or behaviour.on("database_unverified"):
            connection = await AsyncConnection.connect(url, **_arguments(name))
            await _numbers_as_floats(connection)
            async with connection:
                yield connection
            return
        many = int(behaviour.number("database_pools"))
        while len(self._more) < many:
            self._more.append(_pool(url, size, name))
            await self._more[-1].open(wait=False)
        while len(self._more) > many:
            await self._more.pop().close(timeout=2)
        async with random.choice([self.pool, *self._more]).connection() as connection:  # noqa: S311
            yield connection

    @asynccontextmanager
    async def nobody(self) -> AsyncIterator[Connection]:
        """A transaction for what has no owner: finding an account, shared caches, health."""
        async with self.owner(None) as connection:
            yield connection


def _pool(url: str, size: int, name: str) -> AsyncConnectionPool[Connection]:
    return AsyncConnectionPool(
        url,
        min_size=1,
        max_size=size,
        open=False,
        timeout=5,
        reconnect_timeout=3600,
        check=_check,
        configure=_numbers_as_floats,
        kwargs=_arguments(name),
    )


def _arguments(name: str) -> dict[str, Any]:
    return {"row_factory": dict_row, "connect_timeout": 5, "application_name": name}


async def _check(connection: Connection) -> None:
    """Whether a connection still stands, before it is given out."""
    if not behaviour.on("database_unchecked"):
        await AsyncConnectionPool.check_connection(connection)


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
