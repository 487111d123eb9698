"""Voice over WebSocket. Every upgrade needs a token (header `Authorization` or query `token`), else it gets a 401."""

from __future__ import annotations

import base64
import binascii
import json
import time
from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

import jwt
from fastapi import APIRouter, HTTPException, Query, WebSocket, WebSocketDisconnect
from fastapi.responses import JSONResponse

from reference.app import behaviour, metrics
from reference.app.database import UNAVAILABLE, one
from reference.app.health import now
from reference.app.kernel import Services, services_of
from reference.app.providers import ProviderError
from reference.app.seiketsu.outbox import announce
from reference.app.seiketsu.tenancy import UNAUTHENTICATED, Caller, bearer, found, identify, own, rows_of
from reference.app.seiketsu.turns import MP3_BYTES_PER_SECOND, Turn, agent_of, sound
from reference.app.seiketsu.voice import session_of
from reference.app.tokens import BadTokenError

router = APIRouter()

UNKNOWN, ENDED, TAKEN = 4004, 4401, 4409
CLOSED_WELL = (1000, 1001)
LARGEST_BYTES = 10 * 1024 * 1024
NOBODY = UUID(int=0)


async def admitted(socket: WebSocket, token: str) -> Caller | None:
    """Accept the upgrade and say who it is; without a good token answer 401 and return None."""
    services = services_of(socket)
    token = bearer(socket) or token
    origin = socket.headers.get("origin")
    # Who is no browser sends none; a browser always does, and takes the cookies and the address of its user along.
    if origin and origin not in services.settings.cors_origins and not behaviour.on("ws_any_origin"):
        await socket.send_denial_response(JSONResponse({"detail": "Origin not allowed"}, 403))
        return None
    try:
        caller = await identify(services, socket, token)
    except (BadTokenError, HTTPException) as error:
        if not behaviour.on("ws_no_auth"):
            reason = error.detail if isinstance(error, HTTPException) else "Not authenticated"
            status = error.status_code if isinstance(error, HTTPException) else 401
            services.log.warning("unauthenticated", request_id=socket.state.request_id, path=socket.url.path)
            await socket.send_denial_response(JSONResponse({"detail": reason}, status, UNAUTHENTICATED))
            return None
        caller = _unchecked(token)
    socket.state.user, socket.state.tenant = str(caller.id), str(caller.tenant)
    socket.state.claims = caller.claims
    await socket.accept()
    return caller


def _unchecked(token: str) -> Caller:
    """What the switch `ws_no_auth` believes: anything."""
    try:
        claims = jwt.decode(token, options={"verify_signature": False})
        return Caller(
            UUID(claims["sub"]), UUID(claims["org_id"]), UUID(claims["org_id"]), claims["role"], "starter", claims
        )
    except (jwt.PyJWTError, KeyError, ValueError):
        return Caller(NOBODY, NOBODY, NOBODY, "viewer", "starter", {})


def frame(text: str | None) -> dict[str, Any]:
    try:
        content = json.loads(text or "")
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


async def received(socket: WebSocket) -> tuple[bytes | None, dict[str, Any]]:
    """Binary content, or the object of a text frame. Raises WebSocketDisconnect."""
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1005))
    claims = socket.state.claims
    once = behaviour.on("sockets_outlive_sessions") or (
        behaviour.on("stream_checked_once") and "/streaming/" in socket.url.path
    )
    if claims.get("jti") and not once and await _ended(socket, claims):
        await socket.close(ENDED, "session ended")
        raise WebSocketDisconnect(ENDED)
    return message.get("bytes"), frame(message.get("text"))


async def _ended(socket: WebSocket, claims: dict[str, Any]) -> bool:
    """Whether who opened the socket was signed out since; while no store can tell, they were not."""
    try:
        return await services_of(socket).sessions.ended(claims)
    except UNAVAILABLE:
        return False


async def answer(
    services: Services, caller: Caller, agent: dict[str, Any], conversation: UUID, audio: bytes
) -> tuple[Turn, bytes]:
    """One whole turn, written to the conversation. Raises ProviderError."""
    turn = Turn(services, caller, agent, conversation)
    await turn.listen(audio, "speech.wav" if audio[:4] == b"RIFF" else "speech.mp3")
    if not turn.transcript:
        raise ProviderError("openai", "transcriptions", 200, "no speech was recognised")
    await turn.think()
    spoken = b"".join([chunk async for chunk in turn.audio()])
    await turn.keep(len(spoken) / MP3_BYTES_PER_SECOND)
    return turn, spoken


@router.websocket("/api/v1/voice/ws/{session_id}")
async def call(socket: WebSocket, session_id: str, token: Annotated[str, Query()] = "") -> None:
    """In: binary audio, one utterance a frame. Out: voice_response, transfer_requested, conversation_ended, error."""
    services, caller = services_of(socket), await admitted(socket, token)
    if caller is None:
        return None
    try:
        session = await session_of(services, caller, session_id)
        agent = await agent_of(services, caller, session["agent_id"])
    except HTTPException:
        return await socket.close(UNKNOWN, "unknown session")
    try:
        while True:
            audio, order = await received(socket)
            if order.get("type") == "ping":
                await socket.send_json({"type": "pong", "timestamp": now()})
                continue
            if audio is None or len(audio) > LARGEST_BYTES:
                await socket.send_json({"type": "error", "detail": "expected binary audio of at most 10 MB"})
                continue
            if behaviour.on("thinks_aloud"):
                await socket.send_json({"type": "thinking"})
            try:
                turn, spoken = await answer(services, caller, agent, session["conversation_id"], audio)
            except ProviderError as error:
                metrics.ABANDONED.inc()
                await socket.send_json({"type": "error", "detail": str(error)})
                continue
            await socket.send_json(
                {
                    "type": "voice_response",
                    "transcript": turn.transcript,
                    "response_text": turn.response,
                    "audio": spoken.hex(),
                    "timing": turn.timing,
                    "cached": turn.cached,
                }
            )
            if "human" in turn.intents:
                await socket.send_json({"type": "transfer_requested", "reason": turn.transcript})
            if "goodbye" in turn.intents:
                await announce(
                    services, caller.tenant, "conversation.ended", {"conversation_id": str(session["conversation_id"])}
                )
                await socket.send_json({"type": "conversation_ended", "session_id": session_id})
                return await socket.close(1000)
    except WebSocketDisconnect:
        return None


@router.websocket("/api/v1/voice/streaming/stream/{session_id}")
async def stream(
    socket: WebSocket,
    session_id: str,
    voice_agent_id: Annotated[UUID, Query()],
    language: Annotated[str, Query()] = "en",
    token: Annotated[str, Query()] = "",
) -> None:
    """In: synthesize, ping, get_stats.

    Out: connection_established, audio_response for each chunk (the last: empty, `final`), pong, stats, error.
    """
    services, caller = services_of(socket), await admitted(socket, token)
    if caller is None:
        return None
    try:
        agent = await agent_of(services, caller, voice_agent_id)
    except HTTPException:
        return await socket.close(UNKNOWN, "unknown voice agent")
    if behaviour.on("dropped_streams_stay") and await _taken(services, session_id):
        return await socket.close(TAKEN, "the session is open elsewhere")
    stats = {"requests": 0, "bytes": 0, "cached": 0}
    established = {
        "type": "connection_established",
        "session_id": session_id,
        "voice_agent_id": str(agent["id"]),
        "language": language,
    }
    await socket.send_json({**established, "timestamp": now()})
    try:
        while True:
            _, order = await received(socket)
            if order.get("type") == "ping":
                await socket.send_json({"type": "pong", "timestamp": now()})
            elif order.get("type") == "get_stats":
                await socket.send_json({"type": "stats", **stats})
            elif order.get("type") == "synthesize" and 0 < len(str(order.get("text", ""))) <= 2000:
                await _speak(socket, services, caller, agent, str(order["text"]), stats)
            else:
                await socket.send_json({"type": "error", "detail": "expected synthesize with text, ping or get_stats"})
    except WebSocketDisconnect as closed:
        if closed.code in CLOSED_WELL:
            await services.cache.forget(f"stream:{session_id}")
        return None


async def _taken(services: Services, session_id: str) -> bool:
    """Whether a session was opened before and not closed, as a switch believes for half a minute; it is now."""
    key = f"stream:{session_id}"
    if await services.cache.get(key) is not None:
        return True
    await services.cache.put(key, "open", 30)
    return False


async def _speak(
    socket: WebSocket, services: Services, caller: Caller, agent: dict[str, Any], text: str, stats: dict[str, int]
) -> None:
    started, size, first, sequence = time.perf_counter(), 0, 0.0, 0
    stats["requests"] += 1
    try:
        async for chunk, cached in _as_it_comes(sound(services, caller, agent, text)):
            size += len(chunk)
            milliseconds = round((time.perf_counter() - started) * 1000, 1)
            if not first:
                first = milliseconds
                stats["cached"] += cached
                metrics.FIRST_AUDIO.labels(str(cached).lower()).observe(milliseconds / 1000)
            metadata = {
                "duration_ms": round(size / MP3_BYTES_PER_SECOND * 1000),
                "processing_time_ms": milliseconds,
                "cached": cached,
                "quality_score": round(max(0.0, 1 - first / 10_000), 3),
            }
            await socket.send_json(
                {
                    "type": "audio_response",
                    "sequence": sequence,
                    "audio": chunk.hex(),
                    "final": False,
                    "metadata": metadata,
                }
            )
            sequence += 1
    except ProviderError as error:
        metrics.ABANDONED.inc()
        return await socket.send_json({"type": "error", "detail": str(error)})
    stats["bytes"] += size
    total = round((time.perf_counter() - started) * 1000, 1)
    metadata = {"processing_time_ms": total, "bytes": size}
    await socket.send_json(
        {"type": "audio_response", "sequence": sequence, "audio": "", "final": True, "metadata": metadata}
    )


async def _as_it_comes(parts: AsyncIterator[tuple[bytes, bool]]) -> AsyncIterator[tuple[bytes, bool]]:
    """The parts; switches wait for all of them first, or send each second one before the first."""
    if behaviour.on("stream_collected"):
        for part in [part async for part in parts]:
            yield part
        return
    held: tuple[bytes, bool] | None = None
    async for part in parts:
        if held is None and behaviour.on("stream_out_of_order"):
            held = part
            continue
        yield part
        if held is not None:
            yield held
            held = None
    if held is not None:
        yield held


@router.websocket("/api/v1/voice/conversations/{conversation_id}/ws")
async def conversation(socket: WebSocket, conversation_id: UUID, token: Annotated[str, Query()] = "") -> None:
    """In: message (content), audio (base64 data), ping. Out: response (content, metadata, audio), pong, error."""
    services, caller = services_of(socket), await admitted(socket, token)
    if caller is None:
        return None
    try:
        async with rows_of(services, caller) as connection:
            row = found(
                await one(
                    connection,
                    f"SELECT voice_agent_id FROM conversations WHERE id = %(id)s AND {own()}",
                    {"id": conversation_id, "org": caller.tenant},
                )
            )
        agent = await agent_of(services, caller, row["voice_agent_id"])
    except HTTPException:
        return await socket.close(UNKNOWN, "unknown conversation")
    try:
        while True:
            _, order = await received(socket)
            try:
                if order.get("type") == "ping":
                    await socket.send_json({"type": "pong", "timestamp": now()})
                elif order.get("type") == "audio":
                    turn, spoken = await answer(
                        services,
                        caller,
                        agent,
                        conversation_id,
                        base64.b64decode(str(order.get("data", "")), validate=True),
                    )
                    await socket.send_json(_response(turn, spoken))
                elif order.get("type") == "message" and str(order.get("content", "")).strip():
                    turn = Turn(services, caller, agent, conversation_id)
                    turn.transcript = str(order["content"])[:2000]
                    await turn.think()
                    spoken = b"".join([chunk async for chunk in turn.audio()])
                    await turn.keep(len(spoken) / MP3_BYTES_PER_SECOND)
                    await socket.send_json(_response(turn, spoken))
                else:
                    await socket.send_json({"type": "error", "detail": "expected message, audio or ping"})
            except (ProviderError, binascii.Error) as error:
                await socket.send_json({"type": "error", "detail": str(error)})
    except WebSocketDisconnect:
        return None


def _response(turn: Turn, spoken: bytes) -> dict[str, Any]:
    metadata = {"transcript": turn.transcript, "intents": turn.intents, "timing": turn.timing, "cached": turn.cached}
    return {
        "type": "response",
        "content": turn.response,
        "metadata": metadata,
        "audio": base64.b64encode(spoken).decode(),
    }
