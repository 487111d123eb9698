"""Conversations with their messages, and what they add up to."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from reference.app.database import Row, one, rows
from reference.app.kernel import Using
from reference.app.seiketsu.accesses import seen
from reference.app.seiketsu.outbox import announce
from reference.app.seiketsu.personal import all_opened, opened, seal
from reference.app.seiketsu.quotas import within
from reference.app.seiketsu.tenancy import Reader, Writer, audit, found, own, rows_of
from reference.app.seiketsu.trespass import gathered

router = APIRouter(prefix="/api/v1/conversations", tags=["conversations"])

COLUMNS = (
    "id, organization_id, call_id, voice_agent_id, lead_id, caller_phone, caller_name, status, outcome, transcript,"
    " summary, duration_seconds, started_at, ended_at"
)
Status = Literal["active", "completed", "transferred", "failed"]


class Conversation(BaseModel):
    voice_agent_id: UUID
    lead_id: UUID | None = None
    caller_phone: str | None = Field(None, max_length=30)
    caller_name: str | None = Field(None, max_length=100)


class NewStatus(BaseModel):
    status: Status
    outcome: str | None = Field(None, max_length=500)


@router.get("")
async def list_conversations(
    services: Using,
    caller: Reader,
    page: Annotated[int, Query(ge=1)] = 1,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    status: Status | None = None,
    search: Annotated[str | None, Query(max_length=200)] = None,
) -> dict[str, Any]:
    conditions, values = (
        own(),
        {"org": caller.tenant, "limit": limit, "offset": (page - 1) * limit, "status": status, "search": search},
    )
    if status:
        conditions += " AND status = %(status)s"
    if search:
        conditions += " AND (transcript || ' ' || coalesce(caller_name, '')) ILIKE '%%' || %(search)s || '%%'"
    async with rows_of(services, caller) as connection:
        listed = await rows(
            connection,
            f"SELECT {COLUMNS} FROM conversations WHERE {conditions} ORDER BY started_at DESC, id LIMIT %(limit)s"
            " OFFSET %(offset)s",
            values,
        )
        total = found(await one(connection, f"SELECT count(*) AS n FROM conversations WHERE {conditions}", values))["n"]
    return {
        "conversations": all_opened(services, "conversations", listed),
        "total": total,
        "page": page,
        "limit": limit,
    }


@router.post("", status_code=201)
async def create_conversation(request: Request, services: Using, caller: Writer, body: Conversation) -> Row:
    async with rows_of(services, caller) as connection:
        # The foreign keys alone would accept another organisation's agent or lead: they do not pass row security.
        found(
            await one(
                connection,
                f"SELECT id FROM voice_agents WHERE id = %(id)s AND {own()}",
                {"id": body.voice_agent_id, "org": caller.tenant},
            )
        )
        if body.lead_id:
            found(
                await one(
                    connection,
                    f"SELECT id FROM leads WHERE id = %(id)s AND {own()}",
                    {"id": body.lead_id, "org": caller.tenant},
                )
            )
        await within(connection, caller.tenant, "conversations")
        conversation = found(
            await one(
                connection,
                "INSERT INTO conversations (organization_id, call_id, voice_agent_id, lead_id, caller_phone,"
                " caller_name) VALUES (%(org)s, %(call)s, %(voice_agent_id)s, %(lead_id)s, %(caller_phone)s,"
                f" %(caller_name)s) RETURNING {COLUMNS}",
                {
                    "org": caller.tenant,
                    "call": f"call-{uuid4()}",
                    **seal(services, caller.tenant, "conversations", body.model_dump()),
                },
            )
        )
        await audit(connection, request, caller, "data.create", "conversation", conversation["id"])
    await announce(services, caller.tenant, "conversation.started", {"conversation_id": str(conversation["id"])})
    return opened(services, "conversations", conversation)


@router.get("/analytics/summary")
async def summary(services: Using, caller: Reader) -> dict[str, Any]:
    figures = await gathered(
        services,
        caller,
        "summary_over_all",
        "SELECT count(*) AS total, count(*) FILTER (WHERE status = 'completed') AS completed, count(*) FILTER"
        " (WHERE status = 'transferred') AS transferred, count(*) FILTER (WHERE status = 'active') AS active,"
        f" coalesce(avg(duration_seconds), 0)::float AS average_duration_seconds FROM conversations WHERE {own()}",
        {},
    )
    return {name: sum(row[name] for row in figures) for name in figures[0]}


@router.get("/{conversation_id}")
async def get_conversation(request: Request, services: Using, caller: Reader, conversation_id: UUID) -> Row:
    async with rows_of(services, caller) as connection:
        known = await one(
            connection,
            f"SELECT {COLUMNS} FROM conversations WHERE id = %(id)s AND {own()}",
            {"id": conversation_id, "org": caller.tenant},
        )
        conversation = await seen(services, connection, request, caller, "conversation", conversation_id, known)
        conversation["messages"] = await rows(
            connection,
            "SELECT speaker, content, timing_ms, created_at FROM conversation_messages WHERE conversation_id = %s ORDER"
            " BY created_at",
            (conversation_id,),
        )
    return opened(services, "conversations", conversation)


@router.patch("/{conversation_id}/status")
async def change_status(
    request: Request, services: Using, caller: Writer, conversation_id: UUID, body: NewStatus
) -> Row:
    async with rows_of(services, caller) as connection:
        conversation = found(
            await one(
                connection,
                "UPDATE conversations SET status = %(status)s, outcome = coalesce(%(outcome)s, outcome),"
                " ended_at = CASE WHEN %(status)s = 'active' THEN NULL ELSE coalesce(ended_at, now()) END"
                f" WHERE id = %(id)s AND {own()} RETURNING {COLUMNS}",
                {"id": conversation_id, "org": caller.tenant, "status": body.status, "outcome": body.outcome},
            )
        )
        await audit(connection, request, caller, "data.update", "conversation", conversation_id, status=body.status)
    if body.status != "active":
        await announce(services, caller.tenant, "conversation.ended", {"conversation_id": str(conversation_id)})
    return opened(services, "conversations", conversation)
