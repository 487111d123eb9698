"""The people of an organisation and their keys: who is one, which role they have, and what a key of theirs may do."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter, HTTPException, Request
from pydantic import BaseModel, Field

from reference.app import behaviour
from reference.app.database import one
from reference.app.kernel import Using
from reference.app.passwords import hash_password
from reference.app.seiketsu.auth import shown
from reference.app.seiketsu.quotas import within
from reference.app.seiketsu.tenancy import Admin, Reader, account_of, audit, found, own, rows_of

admin = APIRouter(prefix="/api/v1/admin", tags=["admin"])
keys = APIRouter(prefix="/api/v1/users", tags=["users"])

Role = Literal["org_admin", "manager", "agent", "viewer"]
"""What an organisation's admin may give; the platform's staff is not made here."""
KEY_SECONDS = 90 * 86_400


class NewMember(BaseModel):
    email: str = Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
    full_name: str = Field(min_length=1, max_length=100)
    role: Role
    password: str = Field(min_length=10, max_length=200)


class NewRole(BaseModel):
    role: Role


class NewKey(BaseModel):
    scope: Literal["all", "read"] = "all"
    seconds: int = Field(KEY_SECONDS, ge=1, le=KEY_SECONDS)


@admin.post("/users", status_code=201)
async def add_member(request: Request, services: Using, caller: Admin, body: NewMember) -> dict[str, Any]:
    stored = await asyncio.to_thread(hash_password, body.password)
    email = body.email.lower()
    async with rows_of(services, caller) as connection:
        await within(connection, caller.tenant, "users")
        member = found(
            await one(
                connection,
                "INSERT INTO users (organization_id, email, username, full_name, password_hash, role) VALUES (%s, %s,"
                " %s, %s, %s, %s) RETURNING *",
                (caller.tenant, email, email, body.full_name, stored, body.role),
            )
        )
        await audit(connection, request, caller, "security.member_add", "user", member["id"], severity="medium")
    return shown(member)


@admin.patch("/users/{user_id}/role")
async def change_role(request: Request, services: Using, caller: Admin, user_id: UUID, body: NewRole) -> dict[str, Any]:
    """Tokens that say another role are refused from now on."""
    async with rows_of(services, caller) as connection:
        member = found(
            await one(
                connection,
                f"SELECT * FROM users WHERE id = %(id)s AND {own()} AND is_active FOR UPDATE",
                {"id": user_id, "org": caller.tenant},
            )
        )
        if member["role"] == "super_admin":
            raise HTTPException(403, "This account belongs to the platform")
        await connection.execute("UPDATE users SET role = %s, updated_at = now() WHERE id = %s", (body.role, user_id))
        await audit(
            connection, request, caller, "security.role_change", "user", user_id,
            severity="high", before=member["role"], after=body.role,
        )  # fmt: skip
    if member["role"] != body.role and not behaviour.on("role_change_keeps_tokens"):
        await services.sessions.change_role(str(user_id), member["role"], body.role, services.settings.refresh_seconds)
    async with rows_of(services, caller) as connection:
        return shown(found(await account_of(connection, user_id)))


@keys.post("/api-key", status_code=201)
async def new_key(request: Request, services: Using, caller: Reader, body: NewKey) -> dict[str, Any]:
    """A key of the caller, in place of the one before. It is shown this once."""
    key = f"sk_{secrets.token_urlsafe(32)}"
    expires = datetime.now(UTC) + timedelta(seconds=body.seconds)
    async with rows_of(services, caller) as connection:
        await connection.execute(
            "UPDATE users SET api_key = %s, api_key_scope = %s, api_key_expires_at = %s, updated_at = now()"
            " WHERE id = %s",
            (hashlib.sha256(key.encode()).hexdigest(), body.scope, expires, caller.id),
        )
        await audit(connection, request, caller, "security.key_change", "api_key", caller.id, severity="high")
    return {"key": key, "scope": body.scope, "expires_at": expires}
