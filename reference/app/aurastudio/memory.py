"""Memories: stored with an embedding, recalled by meaning, in pgvector and, when configured, in Pinecone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field, ValidationError, ValidatorFunctionWrapHandler, WrapValidator

from reference.app import behaviour
from reference.app.aurastudio.accounts import Owner, audit, own
from reference.app.aurastudio.moods import read_mood
from reference.app.database import Connection, one, rows
from reference.app.embeddings import LOCAL_MODEL, literal, local, nearest
from reference.app.kernel import Services, Using
from reference.app.providers import ProviderError

router = APIRouter(prefix="/api/advanced/memory", tags=["memory"])

MEMORIES_PER_USER = 10_000
MERGE_AFTER_DAYS = 30
SAME_SIMILARITY = 0.95
REPAIRED_AT_ONCE = 50
UNLESS_OBJECTED = (
    " AND NOT EXISTS (SELECT FROM persona_sync p WHERE p.user_id = %(user)s"
    " AND p.user_preferences->'objected' ? 'proactive')"
)
Kind = Literal["note", "reminder", "birthday", "event", "preference"]


class NewMemory(BaseModel):
    summary: str = Field(min_length=1, max_length=500)
    full_text: str | None = Field(None, max_length=20_000)
    memory_type: Kind = "note"
    emotion_detected: str | None = Field(None, max_length=50)

    @property
    def text(self) -> str:
        return self.full_text or self.summary


def _looked_at(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
    """Refuse what is no memory; with the defect only when its turn comes."""
    try:
        return handler(value)
    except ValidationError:
        if behaviour.on("batch_looked_at_late") and isinstance(value, dict):
            return NewMemory.model_construct(_fields_set=None, **{"summary": "", "full_text": None} | value)
        raise


class ManyMemories(BaseModel):
    memories: list[Annotated[NewMemory, WrapValidator(_looked_at)]] = Field(min_length=1, max_length=500)


async def insert(
    services: Services, request: Request, owner: UUID, memories: Sequence[NewMemory]
) -> list[dict[str, Any]]:
    """All or none, in order. The provider embeds all texts in few calls; while it is away the local model does."""
    vectors, source = await services.embeddings.or_local([memory.text for memory in memories])
    model = services.embeddings.model if source == "provider" else LOCAL_MODEL
    stored: list[dict[str, Any]] = []
    async with services.database.owner(owner) as connection:
        counted = await one(connection, "SELECT count(*) AS n FROM user_memory WHERE user_id = %s", (owner,))
        if counted and counted["n"] + len(memories) > MEMORIES_PER_USER:
            raise HTTPException(409, f"No more than {MEMORIES_PER_USER} memories")
        for memory, vector in zip(memories, vectors, strict=True):
            if not memory.summary:  # only with the defect: all have been looked at before
                raise RequestValidationError([{"loc": ("body", "memories", "summary"), "msg": "", "type": "too_short"}])
            if behaviour.on("batch_looked_at_late"):
                await upsert(services, owner, [uuid4()], [vector], [memory])
            emotion = memory.emotion_detected or read_mood(memory.text).overall
            row = await one(
                connection,
                "INSERT INTO user_memory (user_id, summary, full_text, memory_type, emotion, memory_vector,"
                " embedding_model, embedding_source) VALUES (%s, %s, %s, %s, %s, %s::vector, %s, %s) RETURNING id,"
                " summary, emotion",
                (owner, memory.summary, kept(memory.text), memory.memory_type, emotion, literal(vector), model, source),
            )
            assert row is not None
            stored.append(row)
            await audit(connection, request, owner, "memory.store", "memory", row["id"])
    if source == "provider":
        await upsert(services, owner, [row["id"] for row in stored], vectors, memories)
    return stored


def kept(text: str) -> str:
    """The text as it is stored: whole, but for defects."""
    if most := int(behaviour.number("memory_cut")):
        text = text[:most]
    if behaviour.on("memory_three_bytes"):  # as a column of MySQL's utf8 does
        text = "".join(c if ord(c) < 0x10000 else "?" for c in text)
    return text


async def upsert(
    services: Services, owner: UUID, ids: Sequence[UUID], vectors: Sequence[list[float]], memories: Sequence[NewMemory]
) -> None:
    """Into Pinecone, one namespace a user. A failure there leaves the rows in PostgreSQL, which is the source."""
    if not services.settings.pinecone_index or behaviour.on("skip_vector_upsert"):
        return
    items = [
        {
            "id": str(i),
            "values": vector,
            "metadata": {"user_id": str(owner), "summary": memory.summary, "memory_type": memory.memory_type},
        }
        for i, vector, memory in zip(ids, vectors, memories, strict=True)
    ]
    try:
        for start in range(0, len(items), 100):
            await services.providers.vectors(
                "vectors/upsert", {"namespace": str(owner), "vectors": items[start : start + 100]}
            )
    except ProviderError as error:
        services.log.error("vector_upsert_failed", error=str(error), count=len(items))


@router.post("/store")
async def store(request: Request, services: Using, owner: Owner, body: NewMemory) -> dict[str, Any]:
    row = (await insert(services, request, owner, [body]))[0]
    return {"success": True, "memory_id": row["id"], "summary": row["summary"], "emotion": row["emotion"]}


@router.post("/batch")
async def store_many(request: Request, services: Using, owner: Owner, body: ManyMemories) -> dict[str, Any]:
    stored = await insert(services, request, owner, body.memories)
    return {"success": True, "memory_ids": [row["id"] for row in stored], "count": len(stored)}


async def repair(services: Services, connection: Connection, owner: UUID) -> None:
    """Give a provider's vector to memories that have none or a local one. Raises ProviderError."""
    waiting = await rows(
        connection,
        "SELECT id, summary, full_text, memory_type FROM user_memory WHERE user_id = %s"
        " AND (memory_vector IS NULL OR embedding_source <> 'provider') ORDER BY created_at LIMIT %s",
        (owner, REPAIRED_AT_ONCE),
    )
    if not waiting:
        return
    vectors = await services.embeddings.of([row["full_text"] for row in waiting], timeout=1.5)
    for row, vector in zip(waiting, vectors, strict=True):
        await connection.execute(
            "UPDATE user_memory SET memory_vector = %s::vector, embedding_model = %s, embedding_source = 'provider'"
            " WHERE id = %s AND user_id = %s",
            (literal(vector), services.embeddings.model, row["id"], owner),
        )
    fresh = [NewMemory(summary=row["summary"][:500], memory_type=row["memory_type"]) for row in waiting]
    await upsert(services, owner, [row["id"] for row in waiting], vectors, fresh)


async def recall_memories(services: Services, owner: UUID, query: str, top_k: int) -> list[dict[str, Any]]:
    """Nearest first; `relevance_score` is the cosine similarity. Vectors of two sources are never compared."""
    try:
        async with services.database.owner(owner) as connection:
            await repair(services, connection, owner)
        vector, source = (await services.embeddings.of([query], timeout=1.5))[0], "provider"
    except ProviderError:
        vector, source = local(query, services.embeddings.dimension), "local"
    async with services.database.owner(owner) as connection:
        found = await nearest(
            connection,
            "SELECT id AS memory_id, summary, emotion, created_at, 1 - (memory_vector <=> %(vector)s::vector) AS"
            f" relevance_score FROM user_memory WHERE {own()} AND NOT is_archived AND embedding_source = %(source)s"
            " ORDER BY memory_vector <=> %(vector)s::vector LIMIT %(top_k)s",
            {"vector": literal(vector), "user": owner, "source": source, "top_k": top_k},
        )
        await connection.execute(
            "UPDATE user_memory SET recalled_count = recalled_count + 1, last_recalled_at = now() WHERE id = ANY(%s)",
            ([row["memory_id"] for row in found],),
        )
    return found


@router.get("/recall")
async def recall(
    request: Request,
    services: Using,
    owner: Owner,
    query: Annotated[str, Query(min_length=1, max_length=2000)],
    top_k: Annotated[int, Query(ge=1, le=20)] = 5,
) -> dict[str, Any]:
    found = await recall_memories(services, owner, query, top_k)
    if not behaviour.on("reads_unrecorded"):
        await record_reads(services, request, owner, [row["memory_id"] for row in found])
    return {"query": query, "memories": found}


async def record_reads(services: Services, request: Request, owner: UUID, ids: Sequence[UUID]) -> None:
    """One entry of the audit trail for each memory that somebody was shown."""
    async with services.database.owner(owner) as connection:
        await connection.execute(
            "INSERT INTO audit_log (user_id, actor_id, action, object_type, object_id, request_id)"
            " SELECT %s, %s, 'memory.recall', 'memory', unnest(%s::text[]), %s",
            (owner, owner, [str(i) for i in ids], request.state.request_id),
        )


@router.get("/proactive-recall")
async def reminders(services: Using, owner: Owner) -> dict[str, Any]:
    async with services.database.owner(owner) as connection:
        found = await rows(
            connection,
            "SELECT id, summary, memory_type AS type, created_at::date AS day FROM user_memory"
            f" WHERE {own()} AND NOT is_archived AND memory_type IN ('reminder', 'birthday', 'event')"
            f"{'' if behaviour.on('objections_ignored') else UNLESS_OBJECTED}"
            " ORDER BY recalled_count, created_at DESC LIMIT 10",
            {"user": owner},
        )
    action = {"reminder": "Ask whether it is done", "birthday": "Plan a greeting", "event": "Ask how it went"}
    for row in found:
        age = (datetime.now(UTC).date() - row.pop("day")).days
        row["suggested_action"] = f"{action[row['type']]} (noted {age} days ago)"
    return {"proactive_memories": found}


@router.post("/consolidate")
async def consolidate(request: Request, services: Using, owner: Owner) -> dict[str, Any]:
    """Archive the younger of two old memories that say the same."""
    async with services.database.owner(owner) as connection:
        merged = await rows(
            connection,
            "UPDATE user_memory SET is_archived = true, updated_at = now() WHERE id IN ( SELECT younger.id FROM"
            " user_memory older JOIN user_memory younger ON older.user_id = younger.user_id  AND (older.created_at,"
            " older.id) < (younger.created_at, younger.id) AND older.embedding_source = younger.embedding_source  AND 1"
            " - (older.memory_vector <=> younger.memory_vector) >= %(same)s WHERE older.user_id = %(user)s AND NOT"
            " older.is_archived AND NOT younger.is_archived  AND younger.created_at < now() - make_interval(days =>"
            " %(days)s)) RETURNING id",
            {"user": owner, "same": SAME_SIMILARITY, "days": MERGE_AFTER_DAYS},
        )
        await audit(connection, request, owner, "memory.consolidate", "memory", merged=len(merged))
    return {"success": True, "memories_consolidated": len(merged), "message": f"{len(merged)} memories merged"}


@router.delete("/{memory_id}")
async def forget(request: Request, services: Using, owner: Owner, memory_id: UUID) -> dict[str, Any]:
    async with services.database.owner(owner) as connection:
        gone = await one(
            connection,
            f"DELETE FROM user_memory WHERE id = %(id)s AND {own()} RETURNING id",
            {"id": memory_id, "user": owner},
        )
        if gone is None:
            raise HTTPException(404, "Not found")
        await audit(connection, request, owner, "memory.delete", "memory", memory_id)
    if services.settings.pinecone_index and not behaviour.on("forget_keeps_vector"):
        await services.providers.vectors("vectors/delete", {"namespace": str(owner), "ids": [str(memory_id)]})
    return {"deleted": memory_id}
