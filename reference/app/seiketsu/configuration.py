"""An organisation's settings: validated, each change a version, and every former version can be had again.

A change names the version that it was made of (`If-Match`), so that of two at once the later is refused. Versions are
kept by the audit trail's event, which also says who made them.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, HTTPException, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from reference.app import behaviour
from reference.app.database import Connection, Row, one, rows
from reference.app.kernel import Using
from reference.app.seiketsu.tenancy import Admin, Caller, Reader, audit, found, rows_of

router = APIRouter(prefix="/api/v1/organizations/settings", tags=["organizations"])

CHANGED = "configuration.settings"
SECRETS = ("crm_api_key",)
_kept: dict[str, Row] = {}
"""What the switch `settings_kept` answers from: settings as this process saw them first."""


class Configuration(BaseModel):
    model_config = ConfigDict(extra="forbid")
    max_agents: int | None = Field(None, ge=1, le=1000)
    voice_minutes: int | None = Field(None, ge=0)
    signature: str | None = Field(None, max_length=500)
    """What stands below the messages to leads."""
    crm_api_key: str | None = Field(None, min_length=8, max_length=200)


class Change(BaseModel):
    settings: Configuration


class Revert(BaseModel):
    version: int | Literal["*"]
    """`*`: the version before the current one."""


def masked(settings: dict[str, Any]) -> dict[str, Any]:
    if behaviour.on("settings_unmasked"):
        return settings
    return {name: f"****{value[-2:]}" if name in SECRETS and value else value for name, value in settings.items()}


async def settings_of(connection: Connection, caller: Caller, lock: bool = False) -> Row:
    return found(
        await one(
            connection,
            "SELECT settings, settings_version AS version FROM organizations WHERE id = %s"
            + (" FOR NO KEY UPDATE" if lock else ""),
            (caller.tenant,),
        )
    )


async def store(connection: Connection, request: Request, caller: Caller, settings: dict[str, Any]) -> int:
    """The new version's number."""
    row = found(
        await one(
            connection,
            "UPDATE organizations SET settings = %s::text::jsonb, settings_version = settings_version + 1, updated_at ="
            " now() WHERE id = %s RETURNING settings_version AS version",
            (json.dumps(settings), caller.tenant),
        )
    )
    await audit(
        connection, request, caller, CHANGED, "organization", caller.tenant,
        severity="medium", version=row["version"], settings=settings,
    )  # fmt: skip
    return int(row["version"])


async def versions(connection: Connection, caller: Caller) -> list[Row]:
    """All that there were, the first one first."""
    return await rows(
        connection,
        "SELECT (detail->>'version')::int AS version, detail->'settings' AS settings, actor_id, created_at FROM"
        " client_audit_logs WHERE client_id = %s AND event_type = %s ORDER BY (detail->>'version')::int",
        (caller.tenant, CHANGED),
    )


@router.get("")
async def read(services: Using, caller: Reader, response: Response) -> dict[str, Any]:
    async with rows_of(services, caller) as connection:
        row = await settings_of(connection, caller)
    if behaviour.on("settings_kept"):
        row = _kept.setdefault(str(caller.tenant), row)
    else:
        _kept.clear()
    response.headers["ETag"] = f'"{row["version"]}"'
    return {"version": row["version"], "settings": masked(row["settings"])}


@router.put("")
async def change(
    request: Request, services: Using, caller: Admin, body: Change, if_match: Annotated[str, Header()] = ""
) -> dict[str, Any]:
    if not if_match:
        raise HTTPException(428, "Say in If-Match which version you have changed")
    async with rows_of(services, caller) as connection:
        row = await settings_of(connection, caller, lock=True)
        current = if_match in ("*", str(row["version"]), f'"{row["version"]}"')
        if not current and not behaviour.on("settings_unmatched"):
            raise HTTPException(412, f"Somebody else has made version {row['version']} meanwhile")
        settings = row["settings"] | body.settings.model_dump(exclude_unset=True)
        version = await store(connection, request, caller, settings)
    return {"version": version, "settings": masked(settings)}


@router.get("/history")
async def history(services: Using, caller: Admin) -> dict[str, Any]:
    async with rows_of(services, caller) as connection:
        known = await versions(connection, caller)
    return {"versions": [row | {"settings": masked(row["settings"])} for row in known]}


@router.post("/revert")
async def revert(request: Request, services: Using, caller: Admin, body: Revert) -> dict[str, Any]:
    async with rows_of(services, caller) as connection:
        row = await settings_of(connection, caller, lock=True)
        wanted = row["version"] - 1 if body.version == "*" else body.version
        former = [known["settings"] for known in await versions(connection, caller) if known["version"] == wanted]
        if not former and wanted:
            raise HTTPException(404, "There is no such version")
        settings = former[0] if former else {}
        if behaviour.on("revert_adds"):
            settings = row["settings"] | settings
        version = await store(connection, request, caller, settings)
    return {"version": version, "settings": masked(settings)}
