"""Deletions that are done together where a switch has them so: as one who saves calls would write it, and wrongly."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from uuid import UUID

from reference.app.database import rows
from reference.app.kernel import Services

MOMENT = 0.15
"""Seconds in which deletions are gathered."""


@dataclass
class _Batch:
    ids: set[UUID] = field(default_factory=set)
    tenants: set[UUID] = field(default_factory=set)
    deleted: set[UUID] = field(default_factory=set)
    done: asyncio.Event = field(default_factory=asyncio.Event)


_open: list[_Batch] = []


async def deleted_together(services: Services, tenant: UUID, lead: UUID) -> bool:
    """Delete what was asked for within a moment, for all who asked; returns whether the lead was deleted."""
    first = not _open
    if first:
        _open.append(_Batch())
    batch = _open[0]
    batch.ids.add(lead)
    batch.tenants.add(tenant)
    if not first:
        await batch.done.wait()
        return lead in batch.deleted
    try:
        await asyncio.sleep(MOMENT)
        _open.clear()
        for each in batch.tenants:
            async with services.database.owner(each) as connection:
                gone = await rows(
                    connection,
                    "UPDATE leads SET deleted_at = now() WHERE id = ANY(%s) AND deleted_at IS NULL RETURNING id",
                    (list(batch.ids),),
                )
            batch.deleted |= {row["id"] for row in gone}
    finally:
        if batch in _open:
            _open.remove(batch)
        batch.done.set()
    return lead in batch.deleted
