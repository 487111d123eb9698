"""Organisations, voice agents, webhooks and administration, each of the caller's own tenant."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, HTTPException, Query, Request, Response
from pydantic import BaseModel, Field

from reference.app import behaviour
from reference.app.database import Row, one, rows
from reference.app.kernel import Using
from reference.app.seiketsu.configuration import masked
from reference.app.seiketsu.delivery import deliver
from reference.app.seiketsu.quotas import used, within
from reference.app.seiketsu.tenancy import Admin, Manager, Reader, audit, found, own, rows_of
from reference.app.seiketsu.trespass import is_anothers

organizations = APIRouter(prefix="/api/v1/organizations", tags=["organizations"])
agents = APIRouter(prefix="/api/v1/voice-agents", tags=["voice agents"])
webhooks = APIRouter(prefix="/api/v1/webhooks", tags=["webhooks"])
admin = APIRouter(prefix="/api/v1/admin", tags=["admin"])

AGENT = (
    "id, organization_id, name, phone_number, voice_id, model_id, voice_settings, language, greeting, status,"
    " created_at, updated_at"
)
WEBHOOK = "id, organization_id, url, events, is_active, last_status, last_delivered_at, created_at"
DEFAULTS = {"max_agents": 1, "voice_minutes": 60}
"""What an organisation has by plan, where it has no settings of its own."""
DEFAULT_VOICE = "21m00Tcm4TlvDq8ikWAM"


class Settings(BaseModel):
    max_agents: int | None = Field(None, ge=1, le=1000)
    voice_minutes: int | None = Field(None, ge=0)


class VoiceSettings(BaseModel):
    """How the provider is to speak; what is left out is as the voice has it."""

    stability: float | None = Field(None, ge=0, le=1)
    similarity_boost: float | None = Field(None, ge=0, le=1)
    style: float | None = Field(None, ge=0, le=1)
    speed: float | None = Field(None, ge=0.7, le=1.2)


class NewAgent(BaseModel):
    name: str = Field(min_length=1, max_length=100)
    voice_id: str = Field(DEFAULT_VOICE, pattern=r"^[A-Za-z0-9]{8,64}$")
    phone_number: str | None = Field(None, max_length=30)
    language: Literal["en", "es", "zh"] = "en"
    greeting: str = Field("Hello, how can I help you today?", min_length=1, max_length=1000)
    system_prompt: str = Field("", max_length=10_000)


class ChangedAgent(BaseModel):
    name: str | None = Field(None, min_length=1, max_length=100)
    voice_id: str | None = Field(None, pattern=r"^[A-Za-z0-9]{8,64}$")
    model_id: Literal["eleven_turbo_v2", "eleven_multilingual_v2", "eleven_monolingual_v1"] | None = None
    voice_settings: VoiceSettings | None = None
    language: Literal["en", "es", "zh"] | None = None
    greeting: str | None = Field(None, min_length=1, max_length=1000)
    system_prompt: str | None = Field(None, max_length=10_000)
    status: Literal["active", "paused", "retired"] | None = None


class NewWebhook(BaseModel):
    url: str = Field(pattern=r"^https?://[^\s]+$", max_length=1000)
    events: list[Literal["conversation.started", "conversation.ended", "lead.created", "lead.updated",
                         "appointment.scheduled", "call.transferred", "*"]] = Field(min_length=1)  # fmt: skip
    secret: str = Field(min_length=16, max_length=200)


@organizations.get("/current")
async def current(services: Using, caller: Reader) -> Row:
    async with rows_of(services, caller) as connection:
        row = found(
            await one(connection, f"SELECT * FROM organizations WHERE {own('id')} LIMIT 1", {"org": caller.tenant})
        )
        usage = await used(connection, caller.tenant)
    wanted = (
        "id",
        "name",
        "slug",
        "domain",
        "plan",
        "subscription_status",
        "max_users",
        "max_voice_agents",
        "settings",
        "created_at",
    )
    shown = (
        {name: row[name] for name in wanted}
        | {"settings": masked(row["settings"])}
        | {"subdomain": row["slug"], "usage": usage}
    )
    return shown | ({"settings": DEFAULTS} if behaviour.on("settings_by_default") else {})


@organizations.patch("/settings")
async def change_settings(request: Request, services: Using, caller: Admin, body: Settings) -> Row:
    async with rows_of(services, caller) as connection:
        await connection.execute(
            "UPDATE organizations SET settings = settings || %s::text::jsonb, updated_at = now() WHERE id = %s",
            (body.model_dump_json(exclude_none=True), caller.tenant),
        )
        await audit(
            connection, request, caller, "configuration.update", "organization", caller.tenant, severity="medium"
        )
    return await current(services, caller)


@agents.get("")
async def list_agents(services: Using, caller: Reader) -> dict[str, Any]:
    async with rows_of(services, caller) as connection:
        listed = await rows(
            connection, f"SELECT {AGENT} FROM voice_agents WHERE {own()} ORDER BY created_at", {"org": caller.tenant}
        )
    return {"agents": listed, "total": len(listed)}


@agents.post("", status_code=201)
async def create_agent(request: Request, services: Using, caller: Manager, body: NewAgent) -> Row:
    async with rows_of(services, caller) as connection:
        await within(connection, caller.tenant, "voice_agents")
        agent = found(
            await one(
                connection,
                "INSERT INTO voice_agents (organization_id, name, voice_id, phone_number, language, greeting,"
                " system_prompt) VALUES (%(org)s, %(name)s, %(voice_id)s, %(phone_number)s, %(language)s,"
                f" %(greeting)s, %(system_prompt)s) RETURNING {AGENT}",
                {"org": caller.tenant, **body.model_dump()},
            )
        )
        await audit(connection, request, caller, "data.create", "voice_agent", agent["id"])
    return agent


@agents.get("/{agent_id}")
async def get_agent(services: Using, caller: Reader, agent_id: UUID) -> Row:
    if await is_anothers(services, caller, "tells_foreign", "voice_agents", agent_id):
        raise HTTPException(403, "Not your organization's agent")
    async with rows_of(services, caller) as connection:
        return found(
            await one(
                connection,
                f"SELECT {AGENT} FROM voice_agents WHERE id = %(id)s AND {own()}",
                {"id": agent_id, "org": caller.tenant},
            )
        )


@agents.patch("/{agent_id}")
async def change_agent(request: Request, services: Using, caller: Manager, agent_id: UUID, body: ChangedAgent) -> Row:
    changes = body.model_dump(exclude_none=True)
    fields = "".join(f"{name} = %({name})s, " for name in changes if name != "voice_settings")
    if "voice_settings" in changes:
        changes["voice_settings"] = json.dumps(changes["voice_settings"])
        fields += "voice_settings = %(voice_settings)s::text::jsonb, "
    async with rows_of(services, caller) as connection:
        agent = found(
            await one(
                connection,
                f"UPDATE voice_agents SET {fields}updated_at = now() WHERE id = %(id)s AND {own()} RETURNING {AGENT}",
                {"id": agent_id, "org": caller.tenant, **changes},
            )
        )
        await audit(connection, request, caller, "data.update", "voice_agent", agent_id, fields=sorted(changes))
    return agent


@agents.delete("/{agent_id}", status_code=204)
async def delete_agent(request: Request, services: Using, caller: Admin, agent_id: UUID) -> Response:
    async with rows_of(services, caller) as connection:
        found(
            await one(
                connection,
                f"DELETE FROM voice_agents WHERE id = %(id)s AND {own()} RETURNING id",
                {"id": agent_id, "org": caller.tenant},
            )
        )
        await audit(connection, request, caller, "data.delete", "voice_agent", agent_id)
    return Response(status_code=204)


@webhooks.get("")
async def list_webhooks(services: Using, caller: Manager) -> dict[str, Any]:
    async with rows_of(services, caller) as connection:
        listed = await rows(
            connection, f"SELECT {WEBHOOK} FROM webhooks WHERE {own()} ORDER BY created_at", {"org": caller.tenant}
        )
    return {"webhooks": listed, "total": len(listed)}


@webhooks.post("", status_code=201)
async def create_webhook(request: Request, services: Using, caller: Admin, body: NewWebhook) -> Row:
    async with rows_of(services, caller) as connection:
        hook = found(
            await one(
                connection,
                "INSERT INTO webhooks (organization_id, url, events, secret) VALUES (%s, %s, %s, %s) RETURNING"
                f" {WEBHOOK}",
                (caller.tenant, body.url, list(body.events), body.secret),
            )
        )
        await audit(connection, request, caller, "configuration.create", "webhook", hook["id"])
    return hook


@webhooks.post("/{webhook_id}/test")
async def try_webhook(services: Using, caller: Admin, webhook_id: UUID) -> dict[str, Any]:
    async with rows_of(services, caller) as connection:
        hook = found(
            await one(
                connection,
                f"SELECT * FROM webhooks WHERE id = %(id)s AND {own()}",
                {"id": webhook_id, "org": caller.tenant},
            )
        )
    status = await deliver(services.providers.http, hook, "webhook.test", {"organization_id": str(caller.tenant)})
    async with rows_of(services, caller) as connection:
        await connection.execute(
            "UPDATE webhooks SET last_status = %s, last_delivered_at = now() WHERE id = %s", (status, webhook_id)
        )
    return {"status": "delivered" if 200 <= status < 300 else "failed", "response_status": status}


@admin.get("/users")
async def list_users(services: Using, caller: Admin, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> dict[str, Any]:
    async with rows_of(services, caller) as connection:
        listed = await rows(
            connection,
            "SELECT id, email, full_name, role, organization_id, is_active, last_login_at, created_at FROM users"
            f" WHERE {own()} ORDER BY created_at, email LIMIT %(limit)s",
            {"org": caller.tenant, "limit": limit},
        )
        total = found(await one(connection, f"SELECT count(*) AS n FROM users WHERE {own()}", {"org": caller.tenant}))[
            "n"
        ]
    return {"users": listed, "total": total}


@admin.get("/audit")
async def audit_trail(
    services: Using, caller: Admin, limit: Annotated[int, Query(ge=1, le=500)] = 100
) -> dict[str, Any]:
    async with rows_of(services, caller) as connection:
        listed = await rows(
            connection,
            "SELECT id, client_id, actor_id, actor_organization_id, event_type, severity, object_type, object_id,"
            " request_id, outcome, source_address, created_at FROM client_audit_logs"
            f" WHERE {own('client_id')} ORDER BY created_at DESC LIMIT %(limit)s",
            {"org": caller.tenant, "limit": limit},
        )
    return {"events": listed, "total": len(listed)}
