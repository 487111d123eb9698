"""One's own account: profile, activity, audit trail, feedback, export of everything, deletion of everything."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, HTTPException, Query, Request
from pydantic import BaseModel, Field

from reference.app import behaviour
from reference.app.aurastudio.accounts import Me, audit, own
from reference.app.aurastudio.erasure import erase
from reference.app.aurastudio.forwarding import forwarded
from reference.app.aurastudio.projects import found
from reference.app.database import one, rows
from reference.app.kernel import Using
from reference.app.passwords import hash_password, verify_password

router = APIRouter(prefix="/api/account", tags=["account"])

PROFILE = "id, email, name, subscription_tier, credits_remaining, is_beta, terms_version, created_at"
WITHOUT_OWNER = ("script_analysis",)
"""Tables whose rows belong to a row of another table; row security tells whose they are."""
EXPORTED = {
    "projects": "id, title, description, script_text, actor_id, status, created_at, updated_at, deleted_at",
    "asset_vault": "id, name, type, s3_url, size_bytes, metadata, created_at",
    "actor_dna": "id, name, type, base_voice, mesh_path, blend_shapes, thumbnail_url, created_at",
    "effect_library": "id, name, type, pitch_multiplier, formant_shift, tempo_rate, created_at",
    "export_jobs": "id, project_id, status, format, resolution, output_url, created_at",
    "user_memory": "id, summary, full_text, memory_type, emotion, is_archived, recalled_count, created_at,"
    " embedding_model, embedding_source",
    "script_analysis": "id, project_id, sentiment, sentiment_score, emotions, word_count, created_at",
    "persona_sync": "id, relationship_level, interactions, preferred_tone, current_mode, user_preferences, updated_at",
    "conversation_history": "id, mode, user_message, ai_response, emotion, created_at",
    "studio_records": "id, parent_id, kind, payload, created_at",
    "feedback": "id, number, rating, message, page, wants_answer, ticket, status, decision, decided_by, decided_at,"
    " answered_at, created_at",
    "audit_log": "id, action, object_type, object_id, request_id, outcome, detail, created_at",
}


class Feedback(BaseModel):
    rating: int = Field(ge=1, le=5)
    message: str = Field(min_length=1, max_length=5000)
    page: str = Field("", max_length=200)
    """Where in the product it was written; only what comes from there is a ticket of the team's."""
    wants_answer: bool = False


class Correction(BaseModel):
    name: str = Field(min_length=1, max_length=100)


class Password(BaseModel):
    current_password: str = Field(max_length=200)
    new_password: str = Field(min_length=10, max_length=200)


class Deletion(BaseModel):
    confirm_email: str


@router.get("")
async def profile(services: Using, me: Me) -> dict[str, Any]:
    async with services.database.owner(me.id) as connection:
        return found(await one(connection, f"SELECT {PROFILE} FROM user_profiles WHERE id = %s", (me.id,)))


@router.put("")
async def correct(request: Request, services: Using, me: Me, body: Correction) -> dict[str, Any]:
    async with services.database.owner(me.id) as connection:
        if not behaviour.on("correction_dropped"):
            await connection.execute("UPDATE user_profiles SET name = %s WHERE id = %s", (body.name, me.id))
        await audit(connection, request, me.id, "account.correct", "account", me.id)
        profile = found(await one(connection, f"SELECT {PROFILE} FROM user_profiles WHERE id = %s", (me.id,)))
    return profile | {"name": body.name}


@router.put("/password")
async def change_password(request: Request, services: Using, me: Me, body: Password) -> dict[str, Any]:
    """All sessions that the former pass phrase opened end."""
    async with services.database.owner(me.id) as connection:
        former = found(await one(connection, "SELECT password_hash FROM user_profiles WHERE id = %s", (me.id,)))
    if not await asyncio.to_thread(verify_password, body.current_password, former["password_hash"]):
        raise HTTPException(400, "The current pass phrase is wrong")
    stored = await asyncio.to_thread(hash_password, body.new_password)
    async with services.database.owner(me.id) as connection:
        await connection.execute("UPDATE user_profiles SET password_hash = %s WHERE id = %s", (stored, me.id))
        await audit(connection, request, me.id, "account.password", "account", me.id)
    await services.sessions.end_before_password(str(me.id), former["password_hash"], services.settings.refresh_seconds)
    return {"message": "The pass phrase is changed"}


@router.get("/activity")
async def activity(services: Using, me: Me, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> list[dict[str, Any]]:
    async with services.database.owner(me.id) as connection:
        return await rows(
            connection,
            f"SELECT kind, id, label, created_at FROM activity WHERE {own()} ORDER BY created_at DESC LIMIT %(limit)s",
            {"user": me.id, "limit": limit},
        )


@router.get("/audit")
async def audit_trail(services: Using, me: Me, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> list[dict[str, Any]]:
    async with services.database.owner(me.id) as connection:
        return await rows(
            connection,
            "SELECT action, object_type, object_id, request_id, outcome, detail, created_at FROM audit_log"
            f" WHERE {own()} ORDER BY created_at DESC LIMIT %(limit)s",
            {"user": me.id, "limit": limit},
        )


@router.get("/export")
async def export(request: Request, services: Using, me: Me) -> dict[str, Any]:
    """Everything stored about the user, but for hashes and vectors."""
    if behaviour.on("export_gone"):
        raise HTTPException(404, "Not Found")
    async with services.database.owner(me.id) as connection:
        data: dict[str, Any] = {
            table: await rows(
                connection,
                f"SELECT {columns} FROM {table} WHERE {'TRUE' if table in WITHOUT_OWNER else own()}",
                {"user": me.id},
            )
            for table, columns in EXPORTED.items()
            if not behaviour.on(f"export_without:{table}")
        }
        data["profile"] = await one(connection, f"SELECT {PROFILE} FROM user_profiles WHERE id = %s", (me.id,))
        await audit(connection, request, me.id, "account.export", "account", me.id)
    if not behaviour.on("export_without:files"):
        keys = await services.objects.keys_below(f"users/{me.id}/")
        data["files"] = [{"path": key, "url": await services.objects.link(key)} for key in keys]
    return data


@router.get("/beta")
async def beta(services: Using, me: Me) -> dict[str, Any]:
    """What only members of the beta can use."""
    async with services.database.owner(me.id) as connection:
        account = found(await one(connection, "SELECT is_beta FROM user_profiles WHERE id = %s", (me.id,)))
    if not account["is_beta"] and not behaviour.on("beta_for_everybody"):
        raise HTTPException(403, "For members of the beta")
    return {"features": ["duet", "night_studio"]}


@router.post("/feedback", status_code=201)
async def feedback(services: Using, me: Me, body: Feedback) -> dict[str, Any]:
    if body.page and behaviour.on("feedback_discarded"):
        return {"id": uuid4(), "rating": body.rating, "message": body.message, "created_at": datetime.now(UTC)}
    async with services.database.owner(me.id) as connection:
        kept = found(
            await one(
                connection,
                "INSERT INTO feedback (user_id, rating, message, page, wants_answer) VALUES (%s, %s, %s, %s, %s)"
                " RETURNING id, rating, message, created_at",
                (me.id, body.rating, body.message, body.page, body.wants_answer),
            )
        )
    if body.page and not behaviour.on("feedback_kept_back"):
        ticket = await forwarded(services, str(me.claims.get("email", "")), body.message, body.page)
        async with services.database.owner(me.id) as connection:
            await connection.execute("UPDATE feedback SET ticket = %s WHERE id = %s", (ticket, kept["id"]))
    return kept


@router.delete("")
async def delete_account(request: Request, services: Using, me: Me, body: Deletion) -> dict[str, Any]:
    """Everything in every store is deleted and all sessions end; the audit trail keeps that it happened."""
    async with services.database.owner(me.id) as connection:
        found(
            await one(
                connection,
                "SELECT id FROM user_profiles WHERE id = %s AND email = lower(%s)",
                (me.id, body.confirm_email),
            )
        )
    return await erase(services, request, me.id)
