"""New tenants: made, suspended and removed by the platform's own staff.

A request that names an `Idempotency-Key` makes one tenant however often it comes: the tenant's id is made of the key.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import psycopg
from fastapi import APIRouter, Header, HTTPException, Query, Request
from pydantic import BaseModel, ConfigDict, Field, field_validator

from reference.app import behaviour
from reference.app.database import Connection, Row, one, rows
from reference.app.kernel import Services, Using
from reference.app.passwords import hash_password
from reference.app.seiketsu import billing, onboarding
from reference.app.seiketsu.directory import DEFAULT_VOICE
from reference.app.seiketsu.quotas import COLUMNS, OF_PLAN, allocate
from reference.app.seiketsu.tenancy import Caller, Platform, audit, found
from reference.app.seiketsu.trespass import every_tenant

organizations = APIRouter(prefix="/api/v1/organizations", tags=["organizations"])
tenants = APIRouter(prefix="/admin", tags=["tenants"])

SLUG = r"^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$"


class NewOrganization(BaseModel):
    name: str = Field(min_length=1, max_length=100)
    plan: Literal["starter", "professional", "enterprise", "custom"] = "starter"

    @field_validator("name")
    @classmethod
    def can_be_read(cls, name: str) -> str:
        if not name.strip() or not name.isprintable():
            raise ValueError("a name has letters, and none that can't be printed")
        return name.strip()


class NewTenant(NewOrganization):
    email: str = Field(min_length=3, max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
    slug: str | None = Field(None, pattern=SLUG)
    synthetic: bool = False
    """Whether nobody pays for it: billing and the business figures leave it out."""
    billing_test_clock: str | None = Field(None, max_length=100, pattern=r"^clock_[A-Za-z0-9]+$")
    """A test clock of the payment provider: a synthetic tenant is billed by it, in test mode."""


class Quotas(BaseModel):
    model_config = ConfigDict(extra="forbid")
    users: int | None = Field(None, ge=1)
    voice_agents: int | None = Field(None, ge=1)
    conversations: int | None = Field(None, ge=1)
    voice_minutes: int | None = Field(None, ge=0)


class ChangedTenant(BaseModel):
    name: str | None = Field(None, min_length=1, max_length=100)
    status: Literal["active", "suspended"] | None = None
    quotas: Quotas = Quotas()


@organizations.post("", status_code=201)
async def create_organization(
    request: Request, services: Using, caller: Platform, body: NewOrganization
) -> dict[str, Any]:
    return await provision(request, services, caller, uuid4(), body, None)


async def provision(
    request: Request, services: Services, caller: Caller, organization: UUID, body: NewOrganization, email: str | None
) -> dict[str, Any]:
    """An organisation, client, voice agent, object prefix and, with `email`, its org_admin; active when all exists."""
    synthetic = isinstance(body, NewTenant) and body.synthetic
    await onboarding.started(services, organization, onboarding.is_internal(email, synthetic))
    if behaviour.on("provision_queued"):
        await asyncio.sleep(behaviour.number("provision_queued"))
    account = await _account(services, organization, body)
    asked, user, password = datetime.now(UTC), uuid4(), secrets.token_urlsafe(18)
    stored = await asyncio.to_thread(hash_password, password)
    wanted = body.slug if isinstance(body, NewTenant) else None
    slug = wanted or f"{re.sub(r'[^a-z0-9]+', '-', body.name.lower()).strip('-')[:40]}-{organization.hex[:8]}"
    if behaviour.on("provision_in_pieces"):
        async with services.database.owner(organization) as connection:
            await _organization(connection, asked, organization, slug, body, email, synthetic)
    async with services.database.owner(organization) as connection:
        if not behaviour.on("provision_in_pieces"):
            await _organization(connection, asked, organization, slug, body, email, synthetic)
        if account:
            await billing.booked(connection, organization, body.plan, account)
        if email and body.plan not in (behaviour.value("plans_without_admin") or ()):
            await connection.execute(
                "INSERT INTO users (id, organization_id, email, username, full_name, password_hash, role) VALUES (%s,"
                " %s, %s, %s, %s, %s, 'org_admin')"
                + (" ON CONFLICT DO NOTHING" if behaviour.on("creation_key_ignored") else ""),
                (user, organization, email.lower(), email.lower(), f"{body.name} admin", stored),
            )
    await onboarding.reached(services, organization, "payment")
    waits = body.plan in (behaviour.value("plans_with_approval") or ())
    if not waits:
        await finish(request, services, caller, organization)
    made = {
        "id": organization,
        "name": body.name,
        "slug": slug,
        "plan": body.plan,
        "status": "waiting" if waits else "active",
    }
    return made | ({"admin": {"id": user, "email": email.lower(), "password": password}} if email else {})


async def _account(services: Services, organization: UUID, body: NewOrganization) -> str | None:
    """The id of a new account at the payment provider, where one is asked for."""
    if not isinstance(body, NewTenant) or body.billing_test_clock is None:
        return None
    if not body.synthetic:
        raise HTTPException(422, "Only a synthetic tenant is billed by a test clock")
    return await billing.opened(services, organization, body.name, body.billing_test_clock)


async def _organization(
    connection: Connection, asked: datetime, organization: UUID, slug: str, body: NewOrganization, email: str | None,
    synthetic: bool,
) -> None:  # fmt: skip
    await connection.execute(
        "INSERT INTO organizations (id, name, slug, plan, is_canary) VALUES (%s, %s, %s, %s, %s)",
        (organization, body.name, slug, body.plan, synthetic),
    )
    await allocate(connection, organization, OF_PLAN[body.plan])
    await connection.execute(
        "INSERT INTO clients (id, slug, database_schema, contact_email, provisioning_step) VALUES (%s, %s, %s, %s,"
        " 'organization')",
        (organization, slug, f"client_{slug.replace('-', '_')}", email or f"owner@{slug}.example"),
    )
    greeting = f"Hello, this is the AI assistant of {body.name}. This call may be recorded."
    if not behaviour.on("provision_without_voice_agent"):
        await connection.execute(
            "INSERT INTO voice_agents (organization_id, name, voice_id, greeting, system_prompt) VALUES (%s, %s,"
            " %s, %s, %s)",
            (organization, f"{body.name} assistant", DEFAULT_VOICE, greeting, ""),
        )
    for step in ("requested", "organization", "voice_agent"):
        await connection.execute(
            "INSERT INTO client_provisioning_logs (client_id, step, created_at) VALUES (%s, %s, %s)",
            (organization, step, asked if step == "requested" else datetime.now(UTC)),
        )


async def finish(request: Request, services: Services, caller: Caller, organization: UUID) -> None:
    """The last steps, which can be taken again: where the objects lie, and that all is there."""
    await services.objects.put(f"tenants/{organization}/.keep", b"", "application/octet-stream")
    async with services.database.owner(organization) as connection:
        if not behaviour.on("provision_without_last_step"):
            await connection.execute("UPDATE clients SET provisioning_step = 'active' WHERE id = %s", (organization,))
        approved = str(caller.id) if behaviour.on("provision_by_approval") else "system"
        await connection.execute(
            "INSERT INTO client_provisioning_logs (client_id, step, actor) VALUES (%s, 'active', %s)",
            (organization, approved),
        )
        await audit(
            connection, request, acting_in(caller, organization), "configuration.tenant_create", "organization",
            organization, severity="high",
        )  # fmt: skip
    await onboarding.reached(services, organization, "ready")


def acting_in(caller: Caller, tenant: UUID) -> Caller:
    """The platform's caller, whose act belongs to a tenant's trail."""
    return Caller(caller.id, tenant, caller.home, caller.role, caller.plan, caller.claims)


async def _known(services: Services, tenant: UUID) -> Row | None:
    async with services.database.owner(tenant) as connection:
        return await one(
            connection,
            "SELECT o.id, o.name, o.slug, o.plan, o.subscription_status, c.provisioning_step AS status, c.contact_email"
            " FROM organizations o JOIN clients c ON c.id = o.id WHERE o.id = %s",
            (tenant,),
        )


async def _again(
    request: Request, services: Services, caller: Caller, tenant: UUID, body: NewTenant
) -> dict[str, Any] | None:
    """The tenant that a key made before, with what was left to do done; None where it made none."""
    known = await _known(services, tenant)
    if known is None:
        return None
    if (known["name"], known["contact_email"]) != (body.name, body.email):
        raise HTTPException(422, "This Idempotency-Key was used for another tenant")
    if known["status"] != "active":
        await finish(request, services, caller, tenant)
        known["status"] = "active"
    return {name: known[name] for name in ("id", "name", "slug", "plan", "status")}


async def provision_once(
    request: Request, services: Services, caller: Caller, tenant: UUID, body: NewTenant
) -> dict[str, Any]:
    """Make the tenant of this id, however often and wherever it is asked for.

    Raises UniqueViolation where something else of it is taken.
    """
    if made := await _again(request, services, caller, tenant, body):
        return made
    try:
        return await provision(request, services, caller, tenant, body, body.email)
    except psycopg.errors.UniqueViolation:
        # Another request with this id was quicker; anything else that is taken is the caller's to mend.
        if made := await _again(request, services, caller, tenant, body):
            return made
        raise


@tenants.post("/tenants", status_code=201)
async def create_tenant(
    request: Request,
    services: Using,
    caller: Platform,
    body: NewTenant,
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
) -> dict[str, Any]:
    if not idempotency_key or behaviour.on("creation_key_ignored"):
        return await provision(request, services, caller, uuid4(), body, body.email)
    tenant = uuid5(NAMESPACE_URL, f"seiketsu/tenant/{caller.home}/{idempotency_key}")
    return await provision_once(request, services, caller, tenant, body)


@tenants.get("/tenants")
async def list_tenants(
    services: Using, caller: Platform, q: Annotated[str, Query(max_length=100)] = ""
) -> dict[str, Any]:
    """Those whose name holds `q`."""
    known = [await _known(services, tenant) for tenant in await every_tenant(services)]
    listed = [row for row in known if row and q.lower() in row["name"].lower()]
    return {"tenants": listed, "total": len(listed)}


@tenants.get("/tenants/{tenant_id}")
async def tenant_status(services: Using, caller: Platform, tenant_id: UUID) -> dict[str, Any]:
    async with services.database.owner(tenant_id) as connection:
        client = found(
            await one(
                connection,
                "SELECT c.id, c.slug, c.tier, CASE WHEN o.subscription_status = 'suspended' THEN 'suspended' ELSE"
                f" c.provisioning_step END AS status, c.created_at, o.name, {', '.join(COLUMNS.values())} FROM clients"
                " c JOIN organizations o ON o.id = c.id WHERE c.id = %s",
                (tenant_id,),
            )
        )
        steps = await rows(
            connection,
            "SELECT step, status, actor, created_at FROM client_provisioning_logs WHERE client_id = %s"
            " ORDER BY created_at",
            (tenant_id,),
        )
    quotas = {name: client.pop(column) for name, column in COLUMNS.items()}
    return {**client, "quotas": quotas, "steps": steps}


@tenants.patch("/tenants/{tenant_id}")
async def change_tenant(
    request: Request, services: Using, caller: Platform, tenant_id: UUID, body: ChangedTenant
) -> dict[str, Any]:
    """A suspended tenant's people are signed out at once, wherever they are, and can't sign in."""
    async with services.database.owner(tenant_id) as connection:
        found(
            await one(
                connection,
                "UPDATE organizations SET name = coalesce(%s, name), subscription_status = coalesce(%s,"
                " subscription_status), updated_at = now() WHERE id = %s RETURNING id",
                (body.name, body.status, tenant_id),
            )
        )
        await allocate(connection, tenant_id, body.quotas.model_dump(exclude_none=True))
        await audit(
            connection, request, acting_in(caller, tenant_id), "configuration.tenant_update", "organization",
            tenant_id, severity="high", changed=sorted(body.model_fields_set),
        )  # fmt: skip
    if body.status == "suspended" and not behaviour.on("suspension_keeps_sessions"):
        await services.sessions.suspend(str(tenant_id), services.settings.refresh_seconds)
    elif body.status == "active":
        await services.sessions.admit(str(tenant_id))
    return await tenant_status(services, caller, tenant_id)


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
        await audit(
            connection, request, acting_in(caller, tenant_id), "configuration.tenant_delete", "organization",
            tenant_id, severity="critical",
        )  # fmt: skip
    await onboarding.forget(services, tenant_id)
    return {"deleted": tenant_id, "objects": objects}
