"""Voice over HTTP: sessions, turns, synthesis, transcription."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, File, Form, HTTPException, Request, Response, UploadFile
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from reference.app import behaviour
from reference.app.database import Row, one, rows
from reference.app.kernel import Services, Using
from reference.app.providers import ProviderError
from reference.app.seiketsu import onboarding
from reference.app.seiketsu.outbox import announce
from reference.app.seiketsu.personal import seal
from reference.app.seiketsu.quality import told
from reference.app.seiketsu.quotas import within
from reference.app.seiketsu.tenancy import Admin, Caller, Reader, Writer, audit, found, own, rows_of
from reference.app.seiketsu.trespass import acting_for
from reference.app.seiketsu.turns import FORMATS, MP3_BYTES_PER_SECOND, Turn, agent_of, sound

router = APIRouter(prefix="/api/v1/voice", tags=["voice"])

TURN_BYTES, TRANSCRIBE_BYTES = 10 * 1024 * 1024, 25 * 1024 * 1024
_GREETINGS: dict[str, str] = {}
AUDIO_SUFFIXES = {"mp3", "mpeg", "wav", "ogg", "webm", "m4a", "flac"}


class NewSession(BaseModel):
    voice_agent_id: UUID
    caller_phone: str | None = Field(None, max_length=30)
    caller_name: str | None = Field(None, max_length=100)
    caller_email: str | None = Field(None, max_length=254)
    metadata: dict[str, Any] = Field(default_factory=dict)


class End(BaseModel):
    outcome: str = Field("completed", max_length=500)


class Transfer(BaseModel):
    reason: str = Field(min_length=1, max_length=500)
    target_agent: str | None = Field(None, max_length=100)


class Synthesis(BaseModel):
    text: str = Field(min_length=1, max_length=2000)
    voice_agent_id: UUID
    format: Literal["mp3", "wav", "ogg"] = "mp3"
    language: Literal["en", "es", "zh"] = "en"


class Bulk(BaseModel):
    texts: list[Annotated[str, Field(min_length=1, max_length=2000)]] = Field(min_length=1, max_length=50)
    voice_agent_id: UUID
    format: Literal["mp3", "wav", "ogg"] = "mp3"


async def session_of(services: Services, caller: Caller, session_id: str) -> Row:
    """Session joined with its conversation, or 404."""
    caller = await acting_for(
        services, caller, "session_by_id_alone", "realtime_conversation_sessions", session_id, "session_id"
    )
    async with rows_of(services, caller) as connection:
        return found(
            await one(
                connection,
                "SELECT s.*, c.status AS conversation_status, c.outcome, c.duration_seconds, c.started_at FROM"
                " realtime_conversation_sessions s JOIN conversations c ON c.id = s.conversation_id JOIN voice_agents"
                f" a ON a.id = s.agent_id WHERE s.session_id = %(id)s AND {own('a.organization_id')}",
                {"id": session_id, "org": caller.tenant},
            )
        )


@router.post("/initiate", status_code=201)
@router.post("/sessions", status_code=201)
async def open_session(request: Request, services: Using, caller: Writer, body: NewSession) -> dict[str, Any]:
    agent = await agent_of(services, caller, body.voice_agent_id)
    session, conversation = f"vs-{uuid4()}", uuid4()
    async with rows_of(services, caller) as connection:
        await within(connection, caller.tenant, "conversations", "voice_minutes")
        called = seal(services, caller.tenant, "conversations", {"caller_phone": body.caller_phone})
        await connection.execute(
            "INSERT INTO conversations (id, organization_id, call_id, voice_agent_id, caller_phone, caller_name) VALUES"
            " (%s, %s, %s, %s, %s, %s)",
            (conversation, caller.tenant, session, agent["id"], called["caller_phone"], body.caller_name),
        )
        await connection.execute(
            "INSERT INTO realtime_conversation_sessions (agent_id, conversation_id, session_id) VALUES (%s, %s, %s)",
            (agent["id"], conversation, session),
        )
        await audit(connection, request, caller, "data.create", "conversation", conversation)
    await announce(services, caller.tenant, "conversation.started", {"conversation_id": str(conversation)})
    await onboarding.reached(services, caller.tenant, "call")
    scheme = "wss" if request.headers.get("x-forwarded-proto", request.url.scheme) == "https" else "ws"
    return {
        "conversation_id": conversation,
        "session_id": session,
        "status": "open",
        "websocket_url": f"{scheme}://{request.headers.get('host', '')}/api/v1/voice/ws/{session}",
        "voice_agent": {name: agent[name] for name in ("id", "name", "voice_id", "language")}
        | {"greeting": greeting_of(agent)},
    }


def greeting_of(agent: Row) -> str:
    """The agent's own words; with a switch, those that this process said first in the language, whoever's."""
    own = str(agent["greeting"])
    return _GREETINGS.setdefault(agent["language"], own) if behaviour.on("greeting_by_language") else own


async def close_session(
    services: Services, request: Request, caller: Caller, session_id: str, status: str, outcome: str
) -> Row:
    session = await session_of(services, caller, session_id)
    async with rows_of(services, caller) as connection:
        await connection.execute(
            "UPDATE realtime_conversation_sessions SET status = 'closed', closed_at = now() WHERE id = %s",
            (session["id"],),
        )
        ended = found(
            await one(
                connection,
                "UPDATE conversations SET status = %(status)s, outcome = %(outcome)s,"
                " ended_at = coalesce(ended_at, now()), duration_seconds = greatest(duration_seconds,"
                " extract(epoch FROM coalesce(ended_at, now()) - started_at)::int)"
                f" WHERE id = %(id)s AND {own()} RETURNING id, outcome, status, duration_seconds",
                {"id": session["conversation_id"], "status": status, "outcome": outcome, "org": caller.tenant},
            )
        )
        await audit(connection, request, caller, "data.update", "conversation", ended["id"], status=status)
    return ended


@router.post("/sessions/{session_id}/end")
async def end_session(request: Request, services: Using, caller: Writer, session_id: str, body: End) -> dict[str, Any]:
    ended = await close_session(services, request, caller, session_id, "completed", body.outcome)
    await announce(services, caller.tenant, "conversation.ended", {"conversation_id": str(ended["id"])})
    return {"session_id": session_id, "outcome": ended["outcome"], "duration_seconds": ended["duration_seconds"]}


@router.post("/sessions/{session_id}/transfer")
async def transfer_session(
    request: Request, services: Using, caller: Writer, session_id: str, body: Transfer
) -> dict[str, Any]:
    ended = await close_session(services, request, caller, session_id, "transferred", body.reason)
    await announce(
        services, caller.tenant, "call.transferred", {"conversation_id": str(ended["id"]), "target": body.target_agent}
    )
    return {"session_id": session_id, "status": ended["status"], "target_agent": body.target_agent}


@router.get("/status/{session_id}")
async def session_status(services: Using, caller: Reader, session_id: str) -> dict[str, Any]:
    session = await session_of(services, caller, session_id)
    async with rows_of(services, caller) as connection:
        measured = found(
            await one(
                connection,
                "SELECT count(*) AS turns, avg(first_audio_ms)::float AS average_first_audio_ms FROM"
                " voice_quality_metrics WHERE conversation_id = %s",
                (session["conversation_id"],),
            )
        )
    return {"session_id": session_id, "status": session["status"], "outcome": session["outcome"], "metrics": measured}


async def received(file: UploadFile, most: int) -> tuple[bytes, str]:
    name = file.filename or "audio.wav"
    if name.rsplit(".", 1)[-1].lower() not in AUDIO_SUFFIXES:
        raise HTTPException(415, f"Audio must be one of {', '.join(sorted(AUDIO_SUFFIXES))}")
    content = await file.read(most + 1)
    if not content:
        raise HTTPException(422, "The file is empty")
    if len(content) > most:
        raise HTTPException(413, f"No more than {most // 1024 // 1024} MB")
    return content, name


@router.post("/process")
async def process(
    services: Using,
    caller: Writer,
    audio: Annotated[UploadFile, File()],
    conversation_id: Annotated[UUID, Form()],
    voice_agent_id: Annotated[UUID, Form()],
) -> dict[str, Any]:
    content, name = await received(audio, TURN_BYTES)
    agent = await agent_of(services, caller, voice_agent_id)
    async with rows_of(services, caller) as connection:
        found(
            await one(
                connection,
                f"SELECT id FROM conversations WHERE id = %(id)s AND {own()}",
                {"id": conversation_id, "org": caller.tenant},
            )
        )
    turn = Turn(services, caller, agent, conversation_id)
    await turn.listen(content, name)
    if not turn.transcript:
        raise HTTPException(422, "No speech was recognised")
    await turn.think()
    answer = b"".join([chunk async for chunk in turn.audio()])
    await turn.keep(len(answer) / MP3_BYTES_PER_SECOND)
    return {
        "conversation_id": conversation_id,
        "transcript": turn.transcript,
        "response_text": turn.response,
        "audio_bytes": len(answer),
        "timing": turn.timing,
        "cached": turn.cached,
        "lead_qualified": bool({"buy", "visit"} & set(turn.intents)),
        "needs_transfer": "human" in turn.intents,
        "conversation_ended": "goodbye" in turn.intents,
    }


@router.post("/synthesize")
async def synthesize(services: Using, caller: Writer, body: Synthesis) -> Response:
    agent = await agent_of(services, caller, body.voice_agent_id)
    started = time.perf_counter()
    parts = [part async for part in sound(services, caller, agent, body.text, body.format)]
    audio = b"".join(chunk for chunk, _ in parts)
    seconds = time.perf_counter() - started
    headers = {
        "X-Audio-Duration": f"{len(audio) / MP3_BYTES_PER_SECOND:.2f}",
        "X-Processing-Time-MS": f"{seconds * 1000:.1f}",
        "X-Cached": str(any(cached for _, cached in parts)).lower(),
        "X-Quality-Score": f"{await told(audio, body.text):.3f}",
        "X-Voice-Agent-ID": str(agent["id"]),
    }
    return Response(audio, media_type=FORMATS[body.format][1], headers=headers)


@router.post("/streaming/synthesize/streaming")
async def synthesize_stream(services: Using, caller: Writer, body: Synthesis) -> StreamingResponse:
    """The first chunk is awaited here, so that a provider's failure is still an error status."""
    agent = await agent_of(services, caller, body.voice_agent_id)
    parts = sound(services, caller, agent, body.text, body.format)
    first = await anext(parts)

    async def passed_on() -> AsyncIterator[bytes]:
        yield first[0]
        async for chunk, _ in parts:
            yield chunk

    return StreamingResponse(
        passed_on(),
        media_type=FORMATS[body.format][1],
        headers={"X-Accel-Buffering": "no", "X-Cached": str(first[1]).lower()},
    )


@router.post("/streaming/pregenerate")
@router.post("/streaming/synthesize/bulk")
async def bulk(services: Using, caller: Writer, body: Bulk) -> dict[str, Any]:
    agent = await agent_of(services, caller, body.voice_agent_id)
    made: list[dict[str, Any]] = []
    for text in body.texts:
        try:
            parts = [part async for part in sound(services, caller, agent, text, body.format)]
        except ProviderError as error:
            made.append({"text": text, "error": error.reason})
            continue
        made.append(
            {"text": text, "bytes": sum(len(chunk) for chunk, _ in parts), "cached": any(cached for _, cached in parts)}
        )
    return {"results": made, "total": len(made), "failed": sum("error" in item for item in made)}


@router.post("/transcribe")
async def transcribe(services: Using, caller: Writer, audio: Annotated[UploadFile, File()]) -> dict[str, Any]:
    content, name = await received(audio, TRANSCRIBE_BYTES)
    started = time.perf_counter()
    heard = await services.providers.transcribe(content, name)
    segments = heard.get("segments") or []
    confidence = (
        1 - sum(float(part.get("no_speech_prob", 0)) for part in segments) / len(segments)
        if segments
        else float(bool(heard.get("text")))
    )
    return {
        "transcript": heard.get("text", ""),
        "confidence": round(confidence, 3),
        "duration_seconds": heard.get("duration"),
        "processing_time_ms": round((time.perf_counter() - started) * 1000, 1),
    }


@router.get("/agents")
async def voices(services: Using, caller: Reader) -> dict[str, Any]:
    async with rows_of(services, caller) as connection:
        listed = await rows(
            connection,
            f"SELECT id, name, voice_id, model_id, language, greeting FROM voice_agents WHERE {own()} AND status ="
            " 'active' ORDER BY name",
            {"org": caller.tenant},
        )
    return {"agents": listed, "total": len(listed)}


@router.get("/performance")
async def performance(services: Using, caller: Admin) -> dict[str, Any]:
    from reference.app.metrics import CACHE

    hits, misses = (CACHE.labels("audio", result)._value.get() for result in ("hit", "miss"))
    subscription = await services.providers.subscription()
    return {
        "cache_hit_rate": hits / (hits + misses) if hits + misses else None,
        "lookups": hits + misses,
        "service_status": subscription.get("status"),
        "characters_left": subscription.get("character_limit", 0) - subscription.get("character_count", 0),
        "model": "eleven_turbo_v2",
        "base_url": services.settings.elevenlabs_url,
    }
