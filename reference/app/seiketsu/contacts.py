"""What people who call have a right to: a copy of what is kept of them, and an end of it."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, File, HTTPException, Request, UploadFile
from redis.exceptions import RedisError

from reference.app import behaviour
from reference.app.database import one, rows
from reference.app.kernel import Services, Using
from reference.app.seiketsu import conversations, leads
from reference.app.seiketsu.analytics import export_key
from reference.app.seiketsu.personal import all_opened, opened
from reference.app.seiketsu.tenancy import Admin, Caller, Writer, audit, found, own, rows_of
from reference.app.seiketsu.voice import TURN_BYTES, received

router = APIRouter(prefix="/api/v1", tags=["contacts"])

LEAD = f"SELECT {leads.COLUMNS} FROM leads WHERE id = %(id)s AND {{own}}"
MESSAGES = (
    "SELECT speaker, content, created_at FROM conversation_messages WHERE conversation_id = %s ORDER BY created_at"
)


def below(tenant: UUID, lead: UUID) -> str:
    """What the keys of a contact's recordings begin with."""
    return f"tenants/{tenant}/contacts/{lead}/"


@router.post("/conversations/{conversation_id}/recording", status_code=201)
async def record(
    services: Using, caller: Writer, conversation_id: UUID, audio: Annotated[UploadFile, File()]
) -> dict[str, Any]:
    """Keep the sound of a conversation, as the telephone provider gives it."""
    content, name = await received(audio, TURN_BYTES)
    async with rows_of(services, caller) as connection:
        conversation = found(
            await one(
                connection,
                f"SELECT id, lead_id FROM conversations WHERE id = %(id)s AND {own()}",
                {"id": conversation_id, "org": caller.tenant},
            )
        )
    folder = below(caller.tenant, conversation["lead_id"] or UUID(int=0))
    key = await services.objects.put(f"{folder}{conversation_id}.{name.rpartition('.')[2]}", content, "audio/wav")
    return {"conversation_id": conversation_id, "bytes": len(content), "key": key}


@router.get("/leads/{lead_id}/export")
async def export(request: Request, services: Using, caller: Admin, lead_id: UUID) -> dict[str, Any]:
    """Everything that is kept of a contact."""
    values = {"id": lead_id, "org": caller.tenant}
    async with rows_of(services, caller) as connection:
        lead = found(await one(connection, LEAD.format(own=own()), values))
        talks = await rows(
            connection, f"SELECT {conversations.COLUMNS} FROM conversations WHERE lead_id = %(id)s AND {own()}", values
        )
        for talk in talks:
            talk["messages"] = await rows(connection, MESSAGES, (talk["id"],))
        await audit(connection, request, caller, "data.export", "lead", lead_id)
    shown = {"lead": opened(services, "leads", lead), "conversations": all_opened(services, "conversations", talks)}
    if behaviour.on("contact_export_without_talks"):
        shown["conversations"] = []
    return shown | {"recordings": await services.objects.keys_below(below(caller.tenant, lead_id))}


@router.delete("/leads/{lead_id}/personal-data")
async def erase(request: Request, services: Using, caller: Admin, lead_id: UUID) -> dict[str, Any]:
    """Take away everything that is kept of a contact; the audit trail keeps that it happened."""
    values = {"id": lead_id, "org": caller.tenant, "like": f"%{lead_id}%"}
    async with rows_of(services, caller) as connection:
        found(await one(connection, LEAD.format(own=own()), values))
        if behaviour.on("contact_erase_keeps:reports"):
            reports = []
        else:
            reports = await rows(
                connection, f"DELETE FROM reports WHERE content::text LIKE %(like)s AND {own()} RETURNING id", values
            )
        await connection.execute(f"DELETE FROM conversations WHERE lead_id = %(id)s AND {own()}", values)
        await connection.execute(
            f"DELETE FROM third_party_webhooks WHERE payload->>'lead' = %(lead)s AND {own('client_id')}",
            values | {"lead": str(lead_id)},
        )
        await connection.execute(f"DELETE FROM leads WHERE id = %(id)s AND {own()}", values)
        await audit(connection, request, caller, "data.erase", "lead", lead_id)
    objects = 0
    if not behaviour.on("contact_erase_keeps:recordings"):
        objects += await services.objects.erase_below(below(caller.tenant, lead_id))
    for report in reports:
        objects += await services.objects.erase_below(export_key(caller.tenant, report["id"]))
    if not behaviour.on("contact_erase_keeps:cache"):
        await _forget_reports(services, caller)
    return {"erased": lead_id, "objects": objects}


async def _forget_reports(services: Services, caller: Caller) -> None:
    """Cached reports name the newest leads."""
    try:
        keys = [key async for key in services.cache.redis.scan_iter(f"analytics:{caller.tenant}:*", count=500)]
        if keys:
            await services.cache.redis.delete(*keys)
    except RedisError:
        raise HTTPException(503, "Cached reports could not be forgotten, try again") from None
