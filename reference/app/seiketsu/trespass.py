"""Ways past the tenant that a handler can have, each behind a switch that is off in a healthy deployment.

A switch stands for code that looks past row security: a service role, a shared index, a statistics view.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

from reference.app import behaviour
from reference.app.database import Connection, Row, one, rows
from reference.app.kernel import Services
from reference.app.seiketsu.tenancy import Caller, rows_of


async def every_tenant(services: Services) -> list[UUID]:
    async with services.database.nobody() as connection:
        return [row["id"] for row in await rows(connection, "SELECT list_organization_ids() AS id")]


async def has_row(services: Services, tenant: UUID, table: str, column: str, value: Any) -> bool:
    async with services.database.owner(tenant) as connection:
        return await one(connection, f"SELECT 1 AS n FROM {table} WHERE {column} = %s", (value,)) is not None


async def acting_for(
    services: Services, caller: Caller, switch: str, table: str, value: Any, column: str = "id"
) -> Caller:
    """The caller; with the switch on, whoever has the row, as where a handler trusts the id that it was given."""
    if behaviour.on(switch):
        for tenant in await every_tenant(services):
            if await has_row(services, tenant, table, column, value):
                return replace(caller, tenant=tenant)
    return caller


async def is_anothers(services: Services, caller: Caller, switch: str, table: str, value: Any) -> bool:
    """Whether another tenant has the row; never, but with the switch on: a handler that says so."""
    if not behaviour.on(switch):
        return False
    others = [tenant for tenant in await every_tenant(services) if tenant != caller.tenant]
    return any([await has_row(services, tenant, table, "id", value) for tenant in others])


@asynccontextmanager
async def kept_rows_of(services: Services, caller: Caller) -> AsyncIterator[Connection]:
    """As `rows_of`; with a switch on over a connection whose session keeps the tenant after an error."""
    if behaviour.on("tenant_of_session"):
        async with services.database.lasting(caller.tenant) as connection:
            yield connection
        return
    await services.database.forget_kept()
    async with rows_of(services, caller) as connection:
        yield connection


async def gathered(
    services: Services, caller: Caller, switch: str, statement: str, values: dict[str, Any]
) -> list[Row]:
    """The rows of a statement; with the switch on those of every tenant, as an index over all of them gives."""
    tenants = await every_tenant(services) if behaviour.on(switch) else [caller.tenant]
    found: list[Row] = []
    for tenant in tenants:
        async with rows_of(services, replace(caller, tenant=tenant)) as connection:
            found += await rows(connection, statement, {**values, "org": tenant})
    return found
