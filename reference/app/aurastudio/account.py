"""One's own account: profile, activity, audit trail, feedback, export of everything, deletion of everything."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from reference.app.aurastudio.accounts import Me, audit, own
from reference.app.aurastudio.projects import found
from reference.app.database import one, rows
from reference.app.kernel import Services, Using
from reference.app.providers import ProviderError

router = APIRouter(prefix="/api/account", tags=["account"])

PROFILE = "id, email, name, subscription_tier, credits_remaining, is_beta, created_at"
EXPORTED = {
    "projects": "id, title, description, script_text, actor_id, status, created_at, updated_at, deleted_at",
    "asset_vault": "id, name, type, s3_url, size_bytes, metadata, created_at",
    "actor_dna": "id, name, type, base_voice, mesh_path, blend_shapes, thumbnail_url, created_at",
    "effect_library": "id, name, type, pitch_multiplier, formant_shift, tempo_rate, created_at",
    "export_jobs": "id, project_id, status, format, resolution, output_url, created_at",
    "user_memory": "id, summary, full_text, memory_type, emotion, is_archived, recalled_count, created_at",
    "persona_sync": "relationship_level, interactions, preferred_tone, current_mode, user_preferences, updated_at",
    "conversation_history": "id, mode, user_message, ai_response, emotion, created_at",
    "studio_records": "id, kind, payload, created_at",
    "feedback": "id, rating, message, created_at",
    "audit_log": "id, action, object_type, object_id, outcome, created_at",
}


class Feedback(BaseModel):
    rating: int = Field(ge=1, le=5)
    message: str = Field(min_length=1, max_length=5000)


class Deletion(BaseModel):
    confirm_email: str


@router.get("")
async def profile(services: Using, me: Me) -> dict[str, Any]:
    async with services.database.owner(me.id) as connection:
        return found(await one(connection, f"SELECT {PROFILE} FROM user_profiles WHERE id = %s", (me.id,)))


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
    async with services.database.owner(me.id) as connection:
        data: dict[str, Any] = {
            table: await rows(connection, f"SELECT {columns} FROM {table} WHERE {own()}", {"user": me.id})
            for table, columns in EXPORTED.items()
        }
        data["profile"] = await one(connection, f"SELECT {PROFILE} FROM user_profiles WHERE id = %s", (me.id,))
        await audit(connection, request, me.id, "account.export", "account", me.id)
    return data


@router.post("/feedback", status_code=201)
async def feedback(services: Using, me: Me, body: Feedback) -> dict[str, Any]:
    async with services.database.owner(me.id) as connection:
        return found(
            await one(
                connection,
                "INSERT INTO feedback (user_id, rating, message) VALUES (%s, %s, %s) RETURNING id, rating, message,"
                " created_at",
                (me.id, body.rating, body.message),
            )
        )


@router.delete("")
async def delete_account(request: Request, services: Using, me: Me, body: Deletion) -> dict[str, Any]:
    """Rows, objects and vectors are deleted and all sessions end; the audit trail keeps that it happened."""
    async with services.database.owner(me.id) as connection:
        found(
            await one(
                connection,
                "SELECT id FROM user_profiles WHERE id = %s AND email = lower(%s)",
                (me.id, body.confirm_email),
            )
        )
    objects = await services.objects.delete_below(f"users/{me.id}/")
    vectors = await _erase_vectors(services, me.id) if services.settings.pinecone_index else "none"
    async with services.database.owner(me.id) as connection:
        await connection.execute("DELETE FROM user_profiles WHERE id = %s", (me.id,))
        await audit(connection, request, me.id, "account.delete", "account", me.id, objects=objects)
    await services.sessions.end_all_of(str(me.id), services.settings.refresh_seconds)
    return {"deleted": me.id, "objects": objects, "vectors": vectors}


async def _erase_vectors(services: Services, user: UUID) -> str:
    try:
        await services.providers.vectors("vectors/delete", {"namespace": str(user), "deleteAll": True})
    except ProviderError as error:
        if error.status == 404:
            return "none"
        raise
    return "deleted"
