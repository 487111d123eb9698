"""New tenants, made and removed by the platform's own staff."""

from __future__ import annotations

import asyncio
import re
import secrets
from typing import Any, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from reference.app import behaviour
from reference.app.database import one, rows
from reference.app.kernel import Using
from reference.app.passwords import hash_password
from reference.app.seiketsu.directory import DEFAULT_VOICE
from reference.app.seiketsu.tenancy import Caller, Platform, audit, found

organizations = APIRouter(prefix="/api/v1/organizations", tags=["organizations"])
tenants = APIRouter(prefix="/admin", tags=["tenants"])


class NewOrganization(BaseModel):
    name: str = Field(min_length=1, max_length=100)
    plan: Literal["starter", "professional", "enterprise", "custom"] = "starter"


class NewTenant(NewOrganization):
    email: str = Field(min_length=3, max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")


@organizations.post("", status_code=201)
async def create_organization(
    request: Request, services: Using, caller: Platform, body: NewOrganization
) -> dict[str, Any]:
    return await provision(request, services, caller, body.name, body.plan, None)


async def provision(
    request: Request, services: Using, caller: Caller, name: str, plan: str, email: str | None
) -> dict[str, Any]:
    """An organisation, client, voice agent, object prefix and, with `email`, its org_admin; active when all exists."""
    organization, user = uuid4(), uuid4()
    slug = f"{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-')[:40]}-{organization.hex[:8]}"
    password = secrets.token_urlsafe(18)
    stored = await asyncio.to_thread(hash_password, password)
    async with services.database.owner(organization) as connection:
        await connection.execute(
            "INSERT INTO organizations (id, name, slug, plan) VALUES (%s, %s, %s, %s)", (organization, name, slug, plan)
        )
        await connection.execute(
            "INSERT INTO clients (id, slug, database_schema, contact_email, provisioning_step) VALUES (%s, %s, %s, %s,"
            " 'organization')",
            (organization, slug, f"client_{slug.replace('-', '_')}", email or f"owner@{slug}.example"),
        )
        greeting = f"Hello, this is the AI assistant of {name}. This call may be recorded."
        if not behaviour.on("provision_without_voice_agent"):
            await connection.execute(
                "INSERT INTO voice_agents (organization_id, name, voice_id, greeting, system_prompt) VALUES (%s, %s,"
                " %s, %s, %s)",
                (organization, f"{name} assistant", DEFAULT_VOICE, greeting, ""),
            )
        if email:
            await connection.execute(
                "INSERT INTO users (id, organization_id, email, username, full_name, password_hash, role) VALUES (%s,"
                " %s, %s, %s, %s, %s, 'org_admin')",
                (user, organization, email.lower(), email.lower(), f"{name} admin", stored),
            )
        for step in ("requested", "organization", "voice_agent"):
            await connection.execute(
                "INSERT INTO client_provisioning_logs (client_id, step, actor) VALUES (%s, %s, %s)",
                (organization, step, str(caller.id)),
            )
    await services.objects.put(f"tenants/{organization}/.keep", b"", "application/octet-stream")
    async with services.database.owner(organization) as connection:
        if not behaviour.on("provision_without_last_step"):
            await connection.execute("UPDATE clients SET provisioning_step = 'active' WHERE id = %s", (organization,))
        await connection.execute(
            "INSERT INTO client_provisioning_logs (client_id, step) VALUES (%s, 'active')", (organization,)
        )
        there = Caller(caller.id, organization, caller.home, caller.role, caller.plan, caller.claims)
        await audit(
            connection, request, there, "configuration.tenant_create", "organization", organization, severity="high"
        )
    made = {"id": organization, "name": name, "slug": slug, "plan": plan, "status": "active"}
    return made | ({"admin": {"id": user, "email": email.lower(), "password": password}} if email else {})


@tenants.post("/tenants", status_code=201)
async def create_tenant(request: Request, services: Using, caller: Platform, body: NewTenant) -> dict[str, Any]:
    return await provision(request, services, caller, body.name, body.plan, body.email)


@tenants.get("/tenants/{tenant_id}")
async def tenant_status(services: Using, caller: Platform, tenant_id: UUID) -> dict[str, Any]:
    async with services.database.owner(tenant_id) as connection:
        client = found(
            await one(
                connection,
                "SELECT id, slug, tier, provisioning_step AS status, created_at FROM clients WHERE id = %s",
                (tenant_id,),
            )
        )
        steps = await rows(
            connection,
            "SELECT step, status, created_at FROM client_provisioning_logs WHERE client_id = %s ORDER BY created_at",
            (tenant_id,),
        )
    return {**client, "steps": steps}


@tenants.delete("/tenants/{tenant_id}")
async def delete_tenant(request: Request, services: Using, caller: Platform, tenant_id: UUID) -> dict[str, Any]:
    kept = behaviour.on("removal_leaves_objects")
    objects = 0 if kept else await services.objects.delete_below(f"tenants/{tenant_id}/")
    async with services.database.owner(tenant_id) as connection:
        for user in await rows(connection, "SELECT id FROM users WHERE organization_id = %s", (tenant_id,)):
            if behaviour.on("removal_leaves_sessions"):
                break
            await services.sessions.end_all_of(str(user["id"]), services.settings.refresh_seconds)
        found(await one(connection, "DELETE FROM organizations WHERE id = %s RETURNING id", (tenant_id,)))
        there = Caller(caller.id, tenant_id, caller.home, caller.role, caller.plan, caller.claims)
        await audit(
            connection, request, there, "configuration.tenant_delete", "organization", tenant_id, severity="critical"
        )
    return {"deleted": tenant_id, "objects": objects}
