"""The companion: bond, mode, and answers that draw on what the user has told before."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from reference.app.aurastudio.accounts import Me, Owner, audit, own
from reference.app.aurastudio.memory import recall_memories
from reference.app.aurastudio.moods import read_mood
from reference.app.aurastudio.projects import found
from reference.app.aurastudio.speech import DEFAULT_VOICE
from reference.app.aurastudio.translation import LANGUAGES
from reference.app.database import Connection, Row, one, rows
from reference.app.kernel import Using
from reference.app.objects import ObjectStoreError
from reference.app.providers import ProviderError

router = APIRouter(prefix="/api/advanced", tags=["companion"])

LEVELS = (
    "Stranger",
    "Acquaintance",
    "Contact",
    "Companion",
    "Friend",
    "Good friend",
    "Close friend",
    "Confidant",
    "Best friend",
    "Soulmate",
)
INTERACTIONS_PER_LEVEL = 10
MODES: dict[str, tuple[str, list[str]]] = {
    "studio": ("Write scripts and produce video", ["script editor", "avatars", "effects", "export"]),
    "companion": ("Talk, remember and accompany", ["memories", "bond", "moods", "voice"]),
    "assistant": ("Translate and organise", ["translation", "tasks", "reminders", "speech to speech"]),
}
Tone = Literal["professional", "friendly", "humorous", "supportive", "energetic"]
Mode = Literal["studio", "companion", "assistant"]


class Bond(BaseModel):
    relationship_level: int | None = Field(None, ge=1, le=10)
    preferred_tone: Tone | None = None
    user_preferences: dict[str, Any] | None = None


class Switch(BaseModel):
    new_mode: Mode
    context: dict[str, Any] | str | None = None


async def persona_of(connection: Connection, owner: object) -> Row:
    """The user's persona, made on first use."""
    await connection.execute("INSERT INTO persona_sync (user_id) VALUES (%s) ON CONFLICT DO NOTHING", (owner,))
    return found(await one(connection, f"SELECT * FROM persona_sync WHERE {own()} LIMIT 1", {"user": owner}))


@router.get("/bonding-status")
async def bond(services: Using, owner: Owner) -> dict[str, Any]:
    async with services.database.owner(owner) as connection:
        persona = await persona_of(connection, owner)
    level = persona["relationship_level"]
    return {
        "relationship_level": level,
        "level_name": LEVELS[level - 1],
        "next_milestone": LEVELS[level] if level < len(LEVELS) else None,
        "interactions_to_next_level": (
            max(level * INTERACTIONS_PER_LEVEL - persona["interactions"], 0) if level < len(LEVELS) else 0
        ),
        "preferred_tone": persona["preferred_tone"],
        "user_preferences": persona["user_preferences"],
    }


@router.put("/bonding-status")
async def change_bond(request: Request, services: Using, owner: Owner, body: Bond) -> dict[str, Any]:
    changes = body.model_dump(exclude_none=True)
    async with services.database.owner(owner) as connection:
        await persona_of(connection, owner)
        persona = found(
            await one(
                connection,
                "UPDATE persona_sync SET relationship_level = coalesce(%s, relationship_level),"
                " preferred_tone = coalesce(%s, preferred_tone),"
                " user_preferences = user_preferences || coalesce(%s::text::jsonb, '{}'), updated_at = now()"
                " WHERE user_id = %s RETURNING relationship_level",
                (body.relationship_level, body.preferred_tone,
                 None if body.user_preferences is None else json.dumps(body.user_preferences), owner),
            )
        )  # fmt: skip
        await audit(connection, request, owner, "persona.update", "persona", fields=sorted(changes))
    return {"success": True, "updated_fields": sorted(changes), "new_relationship_level": persona["relationship_level"]}


@router.post("/mode/switch")
async def switch_mode(request: Request, services: Using, owner: Owner, body: Switch) -> dict[str, Any]:
    async with services.database.owner(owner) as connection:
        await persona_of(connection, owner)
        persona = found(
            await one(
                connection,
                "UPDATE persona_sync SET current_mode = %s, updated_at = now() WHERE user_id = %s RETURNING"
                " current_mode, updated_at",
                (body.new_mode, owner),
            )
        )
        await audit(connection, request, owner, "mode.switch", "persona", mode=body.new_mode)
    mode = persona["current_mode"]
    return {
        "success": True,
        "current_mode": mode,
        "mode_description": MODES[mode][0],
        "timestamp": persona["updated_at"],
    }


@router.get("/mode/current")
async def current_mode(services: Using, owner: Owner) -> dict[str, Any]:
    async with services.database.owner(owner) as connection:
        mode = (await persona_of(connection, owner))["current_mode"]
    return {"current_mode": mode, "mode_features": MODES[mode][1]}


@router.post("/avatar-response")
async def avatar_response(
    services: Using, owner: Owner, user_message: Annotated[str, Query(min_length=1, max_length=2000)]
) -> dict[str, Any]:
    """Answers are kept: a failing voice provider leaves `audio_response_url` null."""
    mood = read_mood(user_message)
    remembered = [str(row["summary"]) for row in await recall_memories(services, owner, user_message, 3)]
    async with services.database.owner(owner) as connection:
        persona = await persona_of(connection, owner)
    tone = f"You are a {persona['preferred_tone']} companion. The user seems {mood.overall}."
    known = "Known about the user: " + "; ".join(remembered) if remembered else "Nothing is known about the user yet."
    try:
        text = await services.providers.chat(
            [{"role": "system", "content": f"{tone} {known}"}, {"role": "user", "content": user_message}]
        )
    except ProviderError:
        text = f"I hear that you feel {mood.overall}." + (f" I remember: {remembered[0]}." if remembered else "")
    link = None
    try:
        audio = await services.providers.speech(text, DEFAULT_VOICE)
        digest = hashlib.sha256(text.encode()).hexdigest()[:24]
        link = await services.objects.link(
            await services.objects.put(f"users/{owner}/speech/{digest}.mp3", audio, "audio/mpeg")
        )
    except (ProviderError, ObjectStoreError) as error:
        services.log.warning("speech_missing", error=str(error))
    async with services.database.owner(owner) as connection:
        kept = found(
            await one(
                connection,
                "INSERT INTO conversation_history (user_id, mode, user_message, ai_response, emotion) VALUES (%s, %s,"
                " %s, %s, %s) RETURNING created_at",
                (owner, persona["current_mode"], user_message, text, mood.overall),
            )
        )
        await connection.execute(
            "UPDATE persona_sync SET interactions = interactions + 1, relationship_level = greatest(relationship_level,"
            " least(10, 1 + (interactions + 1) / %s)) WHERE user_id = %s",
            (INTERACTIONS_PER_LEVEL, owner),
        )
    emotion = "empathetic" if mood.sentiment == "negative" else mood.overall
    return {
        "text_response": text,
        "audio_response_url": link,
        "suggested_emotion": emotion,
        "mode": persona["current_mode"],
        "timestamp": kept["created_at"],
    }


@router.get("/conversations")
async def conversations(
    services: Using, owner: Owner, limit: Annotated[int, Query(ge=1, le=100)] = 20
) -> list[dict[str, Any]]:
    async with services.database.owner(owner) as connection:
        return await rows(
            connection,
            f"SELECT id, mode, user_message, ai_response, emotion, created_at FROM conversation_history WHERE {own()}"
            " ORDER BY created_at DESC LIMIT %(limit)s",
            {"user": owner, "limit": limit},
        )


@router.get("/features")
async def features(services: Using, me: Me) -> dict[str, Any]:
    return {
        "modes": {name: description for name, (description, _) in MODES.items()},
        "bond_levels": list(LEVELS),
        "languages": len(LANGUAGES),
        "memories_per_user": 10_000,
        "recall_limit": 20,
        "audio_upload_mb": 25,
        "memory_vector_dimension": services.embeddings.dimension,
    }
