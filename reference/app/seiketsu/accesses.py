"""Who looked at what, and who tried to: each access to a thing by its id is an event of the audit trail.

What was refused because the thing is another tenant's is booked by both. It is booked when the answer has left, so that
how long the answer takes tells nothing of whose the thing is.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from uuid import UUID

from fastapi import HTTPException, Request

from reference.app import behaviour
from reference.app.database import Connection, Row, one
from reference.app.kernel import Services
from reference.app.seiketsu.tenancy import Caller, audit

_running: set[asyncio.Task[None]] = set()
"""Kept from being collected before they are done."""


async def seen(
    services: Services,
    connection: Connection,
    request: Request,
    caller: Caller,
    kind: str,
    thing: UUID,
    row: Row | None,
    event: str = "data.read",
) -> Row:
    """The row, with the event that it was read; or 404, with the event that it was asked for.

    Raises:
        HTTPException: 404 where there is no row.
    """  # fmt: skip
    if row is None:
        task = asyncio.create_task(refused(services, request, caller, kind, thing, event))
        _running.add(task)
        task.add_done_callback(_running.discard)
        raise HTTPException(404, "Not found")
    if row.get("organization_id") not in (None, caller.home):
        services.log.error("crossed", outcome="success", kind=kind, request_id=request.state.request_id)
    await audit(connection, request, caller, event, kind, thing)
    return row


async def refused(services: Services, request: Request, caller: Caller, kind: str, thing: UUID, event: str) -> None:
    """Book an attempt: in the trail of whoever tried, and of whoever has the thing."""
    async with services.database.nobody() as connection:
        found = await one(connection, "SELECT find_owner(%s, %s) AS tenant", (kind, thing))
    owner = found["tenant"] if found else None
    if owner not in (None, caller.tenant):
        services.log.warning("crossed", outcome="denied", kind=kind, request_id=request.state.request_id)
    booked = {caller.tenant} if behaviour.on("attempts_of_attacker_alone") else {caller.tenant, owner or caller.tenant}
    for tenant in booked:
        async with services.database.owner(tenant) as connection:
            await audit(
                connection, request, replace(caller, tenant=tenant), event, kind, thing,
                severity="medium" if owner not in (None, caller.tenant) else "info", outcome="denied",
            )  # fmt: skip
