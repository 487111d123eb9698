"""The groups physique, persona, agency and security below `/api/v3`: kept records of one user, each of a kind."""

from __future__ import annotations

import hashlib
import json
import math
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, HTTPException, Query, Request
from pydantic import BaseModel, Field

from reference.app.aurastudio.accounts import Me, Owner, audit, own, owner_of
from reference.app.aurastudio.moods import read_mood
from reference.app.aurastudio.projects import found
from reference.app.database import Connection, Row, one
from reference.app.embeddings import literal, nearest
from reference.app.kernel import Services, Using

router = APIRouter(prefix="/api/v3", tags=["studio"])

GROUPS = {
    "physique": ("interaction", "environment", "speech"),
    "persona": ("vector_memory", "health_reading"),
    "agency": ("post", "live_session", "chat", "product", "sale", "legacy", "legacy_talk"),
    "security": ("protected_memory", "voice_dna", "content"),
}
Platform = Literal["tiktok", "instagram", "youtube", "twitter", "twitch"]


class VectorMemory(BaseModel):
    content: str = Field(min_length=1, max_length=20_000)
    embedding: list[float] = Field(min_length=1536, max_length=1536)
    memory_type: Literal["note", "reminder", "birthday", "event", "preference"] = "note"


class Reading(BaseModel):
    heart_rate: float = Field(gt=20, lt=260)
    hrv: float = Field(gt=0, lt=400)
    skin_r: float = Field(128, ge=0, le=255)
    skin_g: float = Field(128, ge=0, le=255)
    skin_b: float = Field(128, ge=0, le=255)
    pupil_dilation: float = Field(3.5, ge=1, le=10)
    blink_rate: float = Field(15, ge=0, le=100)


class Anything(BaseModel, extra="allow"):
    """Fields as the client sends them, kept as they are."""

    user_id: UUID | None = None


class Post(Anything):
    platform: Platform


class Product(Anything):
    product_name: str = Field(min_length=1, max_length=200)
    price: float = Field(gt=0)
    pitch: str = ""
    commission: float = Field(0.1, ge=0, le=1)


class Chat(Anything):
    message: str = Field(min_length=1, max_length=2000)


class VoicePrint(Anything):
    f0: float = Field(gt=0)
    formants: list[float] = Field(min_length=1)
    mfcc: list[float] = Field(min_length=1)
    prosody: dict[str, float] | list[float] = Field(default_factory=dict)


class Protected(Anything):
    memory_content: str = Field(min_length=1)
    privacy_level: str = "private"


class Content(Anything):
    voice_dna_id: UUID | None = None
    audio_verification: list[float] | None = None
    content_hash: str | None = Field(None, min_length=8, max_length=128)


async def keep(
    connection: Connection,
    request: Request,
    owner: UUID,
    kind: str,
    payload: dict[str, Any],
    parent: UUID | None = None,
) -> Row:
    row = found(
        await one(
            connection,
            "INSERT INTO studio_records (user_id, parent_id, kind, payload) VALUES (%s, %s, %s, %s::text::jsonb)"
            " RETURNING id, created_at",
            (owner, parent, kind, json.dumps(payload, default=str)),
        )
    )
    await audit(connection, request, owner, f"{kind}.create", kind, row["id"])
    return row


async def record(connection: Connection, owner: UUID, kind: str, record_id: UUID) -> Row:
    return found(
        await one(
            connection,
            f"SELECT id, payload, created_at FROM studio_records WHERE id = %(id)s AND kind = %(kind)s AND {own()}",
            {"id": record_id, "kind": kind, "user": owner},
        )
    )


async def create(
    services: Services, request: Request, me: Me, kind: str, body: Anything, parent: UUID | None = None
) -> Row:
    owner = owner_of(request, me, body.user_id)
    async with services.database.owner(owner) as connection:
        return await keep(connection, request, owner, kind, body.model_dump(exclude={"user_id"}), parent)


@router.get("/{group}/health")
async def group_health(
    services: Using, me: Me, group: Literal["physique", "persona", "agency", "security"]
) -> dict[str, Any]:
    async with services.database.owner(me.id) as connection:
        counted = found(
            await one(
                connection, "SELECT count(*) AS n FROM studio_records WHERE kind = ANY(%s)", (list(GROUPS[group]),)
            )
        )
    return {"service": group, "status": "healthy", "features": list(GROUPS[group]), "records": counted["n"]}


@router.post("/persona/memory/store")
async def store_vector(request: Request, services: Using, owner: Owner, body: VectorMemory) -> dict[str, Any]:
    if not all(math.isfinite(value) for value in body.embedding) or not any(body.embedding):
        raise HTTPException(422, "embedding must be finite and not zero")
    async with services.database.owner(owner) as connection:
        row = await keep(
            connection, request, owner, "vector_memory", {"content": body.content, "type": body.memory_type}
        )
        await connection.execute(
            "UPDATE studio_records SET embedding = %s::vector WHERE id = %s", (literal(body.embedding), row["id"])
        )
    return {"success": True, "memory_id": row["id"]}


@router.get("/persona/memory/recall")
async def recall_vector(
    services: Using,
    owner: Owner,
    query_embedding: Annotated[list[float], Query(min_length=1536, max_length=1536)],
    context: str | None = None,
    top_k: Annotated[int, Query(ge=1, le=20)] = 5,
) -> dict[str, Any]:
    async with services.database.owner(owner) as connection:
        recalled = await nearest(
            connection,
            "SELECT id, payload->>'content' AS content, payload->>'type' AS type, 1 - (embedding <=>"
            f" %(vector)s::vector) AS relevance FROM studio_records WHERE {own()} AND kind = 'vector_memory' AND"
            " embedding IS NOT NULL ORDER BY embedding <=> %(vector)s::vector LIMIT %(top_k)s",
            {"vector": literal(query_embedding), "user": owner, "top_k": top_k},
        )
    return {"recalled_memories": recalled, "context": context}


@router.post("/persona/health/analyze")
async def health_reading(request: Request, services: Using, owner: Owner, body: Reading) -> dict[str, Any]:
    stress = max(0.0, min(1.0, (body.heart_rate - 60) / 80 * 0.6 + (60 - min(body.hrv, 60)) / 60 * 0.4))
    fatigue = max(0.0, min(1.0, abs(body.blink_rate - 15) / 25))
    analysis = {
        "stress": round(stress, 3),
        "fatigue": round(fatigue, 3),
        "flushed": body.skin_r > 1.3 * (body.skin_g + body.skin_b) / 2,
        "arousal": round((body.pupil_dilation - 2) / 6, 3),
        "state": "stressed" if stress > 0.6 else "tired" if fatigue > 0.6 else "balanced",
    }
    async with services.database.owner(owner) as connection:
        await keep(connection, request, owner, "health_reading", body.model_dump() | analysis)
    return {"success": True, "analysis": analysis}


@router.post("/physique/object-interaction")
async def interaction(request: Request, services: Using, me: Me, body: Anything) -> dict[str, Any]:
    return {"success": True, "interaction_id": (await create(services, request, me, "interaction", body))["id"]}


@router.post("/physique/environmental-update")
async def environment(request: Request, services: Using, me: Me, body: Anything) -> dict[str, Any]:
    row = await create(services, request, me, "environment", body)
    return {"success": True, "environment_id": row["id"], "applied": body.model_dump(exclude={"user_id"})}


@router.post("/physique/enhance-speech")
async def enhance_speech(request: Request, services: Using, me: Me, body: Anything) -> dict[str, Any]:
    text = str(body.model_dump().get("text", ""))
    if not text:
        raise HTTPException(422, "text is required")
    pauses = text.replace(", ", ', <break time="200ms"/> ').replace(". ", '. <break time="400ms"/> ')
    row = await create(services, request, me, "speech", body)
    return {"success": True, "speech_id": row["id"], "enhanced_text": pauses, "emotion": read_mood(text).overall}


@router.post("/security/memory/protect")
async def protect(request: Request, services: Using, me: Me, body: Protected) -> dict[str, Any]:
    """Only a digest of the content is kept: it can be verified, not read."""
    owner = owner_of(request, me, body.user_id)
    digest = hashlib.sha256(body.memory_content.encode()).hexdigest()
    async with services.database.owner(owner) as connection:
        row = await keep(
            connection, request, owner, "protected_memory", {"sha256": digest, "privacy_level": body.privacy_level}
        )
    return {"success": True, "memory_id": row["id"], "privacy_level": body.privacy_level}


@router.post("/security/voice-dna/register")
async def register_voice(request: Request, services: Using, me: Me, body: VoicePrint) -> dict[str, Any]:
    return {"success": True, "voice_dna_id": (await create(services, request, me, "voice_dna", body))["id"]}


@router.post("/security/content/authorize")
async def authorize_content(request: Request, services: Using, me: Me, body: Content) -> dict[str, Any]:
    """Authorised when the given features are close to the registered voice; the content is then on record."""
    owner = owner_of(request, me, body.user_id)
    if body.voice_dna_id is None or not body.audio_verification:
        raise HTTPException(422, "voice_dna_id and audio_verification are required")
    async with services.database.owner(owner) as connection:
        registered = (await record(connection, owner, "voice_dna", body.voice_dna_id))["payload"]["mfcc"]
        match = similarity(registered, body.audio_verification)
        if authorized := match >= 0.9:
            await keep(
                connection,
                request,
                owner,
                "content",
                {"content_hash": body.content_hash, "match": match},
                body.voice_dna_id,
            )
    return {"authorized": authorized, "similarity": match}


@router.post("/security/content/verify")
async def verify_content(request: Request, services: Using, me: Me, body: Content) -> dict[str, Any]:
    owner = owner_of(request, me, body.user_id)
    if not body.content_hash:
        raise HTTPException(422, "content_hash is required")
    async with services.database.owner(owner) as connection:
        known = await one(
            connection,
            f"SELECT id FROM studio_records WHERE {own()} AND kind = 'content' AND payload->>'content_hash' = %(hash)s"
            " LIMIT 1",
            {"user": owner, "hash": body.content_hash},
        )
    return {"content_hash": body.content_hash, "authorized": known is not None, "abuse_detected": known is None}


def similarity(a: list[float], b: list[float]) -> float:
    """Cosine; 0 for different lengths."""
    norm = math.hypot(*a) * math.hypot(*b)
    return round(sum(x * y for x, y in zip(a, b, strict=True)) / norm, 4) if norm and len(a) == len(b) else 0.0
