"""What a user has consented and objected to: nothing at first; it stands among the persona's preferences."""

from __future__ import annotations

import json
from typing import Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel

from reference.app import behaviour
from reference.app.aurastudio.accounts import Me, audit
from reference.app.aurastudio.companion import persona_of
from reference.app.database import Connection
from reference.app.kernel import Using

router = APIRouter(prefix="/api/account", tags=["account"])

PROACTIVE = "proactive"
"""The use of memories that nobody asked for."""


class Consent(BaseModel):
    purpose: Literal["analytics", "newsletter", "beta"]
    granted: bool


class Objection(BaseModel):
    purpose: Literal["proactive"]


async def choices(connection: Connection, user: object) -> dict[str, list[str]]:
    preferences = (await persona_of(connection, user))["user_preferences"]
    return {name: sorted(preferences.get(name, [])) for name in ("granted", "objected")}


async def _keep(connection: Connection, user: object, chosen: dict[str, list[str]]) -> None:
    await connection.execute(
        "UPDATE persona_sync SET user_preferences = user_preferences || %s::text::jsonb, updated_at = now()"
        " WHERE user_id = %s",
        (json.dumps(chosen), user),
    )


@router.get("/consents")
async def consents(services: Using, me: Me) -> dict[str, Any]:
    async with services.database.owner(me.id) as connection:
        return await choices(connection, me.id)


@router.put("/consents")
async def change(request: Request, services: Using, me: Me, body: Consent) -> dict[str, Any]:
    async with services.database.owner(me.id) as connection:
        chosen = await choices(connection, me.id)
        granted = set(chosen["granted"]) | {body.purpose}
        if not body.granted and not behaviour.on("consent_stays"):
            granted.discard(body.purpose)
        chosen["granted"] = sorted(granted)
        await _keep(connection, me.id, chosen)
        await audit(connection, request, me.id, "consent.change", "account", purpose=body.purpose, granted=body.granted)
    return chosen


@router.post("/objections", status_code=201)
async def objection(request: Request, services: Using, me: Me, body: Objection) -> dict[str, Any]:
    async with services.database.owner(me.id) as connection:
        chosen = await choices(connection, me.id)
        chosen["objected"] = sorted({*chosen["objected"], body.purpose})
        await _keep(connection, me.id, chosen)
        await audit(connection, request, me.id, "objection.make", "account", purpose=body.purpose)
    return chosen
