"""Audio: upload, voice effect, speech as a stream, and speech to speech over HTTP and WebSocket."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, HTTPException, Query, UploadFile, WebSocket, WebSocketDisconnect
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, Field, ValidationError

from reference.app import behaviour, metrics
from reference.app.aurastudio import crowding
from reference.app.aurastudio.accounts import Me, Owner, bearer, identify
from reference.app.aurastudio.translation import Language, translate_text
from reference.app.kernel import Services, Using, services_of
from reference.app.providers import ProviderError
from reference.app.tokens import BadTokenError

router = APIRouter(tags=["audio"])

LARGEST_BYTES = 25 * 1024 * 1024
DEFAULT_VOICE = "21m00Tcm4TlvDq8ikWAM"
TYPES = {
    "wav": "audio/wav",
    "mp3": "audio/mpeg",
    "ogg": "audio/ogg",
    "flac": "audio/flac",
    "webm": "audio/webm",
    "m4a": "audio/mp4",
}


class Effect(BaseModel):
    audio_url: str = Field(max_length=1000)
    pitch_shift: float = Field(4.0, ge=-24, le=24)
    formant_shift: float = Field(0.65, gt=0.1, le=4)
    tempo_rate: float = Field(1.1, ge=0.25, le=4)


class Speech(BaseModel):
    text: str = Field(min_length=1, max_length=5000)
    voice_id: str = Field(DEFAULT_VOICE, pattern=r"^[A-Za-z0-9]{8,64}$")
    model_id: str = "eleven_turbo_v2"


class Languages(BaseModel):
    source_language: Language = "en"
    target_language: Language
    voice_id: str = Field(DEFAULT_VOICE, pattern=r"^[A-Za-z0-9]{8,64}$")


class SpeechToSpeech(Languages):
    audio_url: str = Field(max_length=1000)
    preserve_voice_characteristics: bool = True
    latency_requirement_ms: int = Field(500, ge=50, le=60_000)


def own_key(owner: UUID, address: str) -> str:
    """The object key of an address below the user's own prefix; nothing else is ever fetched."""
    prefix = f"users/{owner}/"
    start = address.find(prefix)
    key = address[start:].split("?")[0] if start >= 0 else ""
    if not key or ".." in key:
        raise HTTPException(422, "audio_url must be one of your own uploads")
    return key


def kind_of(name: str) -> str:
    suffix = name.rsplit(".", 1)[-1].lower()
    if suffix not in TYPES:
        raise HTTPException(415, f"Audio must be one of {', '.join(TYPES)}")
    return suffix


@router.post("/api/audio/upload")
async def upload(services: Using, owner: Owner, file: UploadFile) -> dict[str, Any]:
    content = await file.read(LARGEST_BYTES + 1)
    if not content:
        raise HTTPException(422, "The file is empty")
    if len(content) > LARGEST_BYTES:
        raise HTTPException(413, "No more than 25 MB")
    suffix = kind_of(file.filename or "")
    key = await services.objects.put(f"users/{owner}/audio/{uuid4()}.{suffix}", content, TYPES[suffix])
    async with services.database.owner(owner) as connection:
        await connection.execute(
            "INSERT INTO asset_vault (user_id, name, type, s3_url, size_bytes) VALUES (%s, %s, 'audio', %s, %s)",
            (owner, file.filename, key, len(content)),
        )
    return {"filename": file.filename, "path": key, "size": len(content)}


@router.post("/api/audio/trickster")
async def trickster(services: Using, owner: Owner, body: Effect) -> dict[str, Any]:
    content = await services.objects.get(own_key(owner, body.audio_url))
    started = time.perf_counter()
    try:
        changed = await asyncio.to_thread(change_voice, content, body.pitch_shift, body.formant_shift, body.tempo_rate)
    except ValueError as error:
        raise HTTPException(415, str(error)) from None
    key = await services.objects.put(f"users/{owner}/audio/{uuid4()}.wav", changed, "audio/wav")
    seconds = time.perf_counter() - started
    return {
        "success": True,
        "processed_url": await services.objects.link(key),
        "path": key,
        "processing_time_ms": round(seconds * 1000, 1),
    }


def change_voice(content: bytes, pitch: float, formant: float, tempo: float) -> bytes:
    """WAV with the pitch moved by semitones, the spectrum tilted by the formant factor, and the tempo multiplied."""
    import io

    import numpy
    import soundfile

    try:
        samples, rate = soundfile.read(io.BytesIO(content), dtype="float32", always_2d=True)
    except RuntimeError:
        raise ValueError("The audio cannot be decoded") from None
    sound = samples.mean(axis=1)
    factor = 2 ** (pitch / 12)
    shifted = numpy.interp(numpy.arange(0, len(sound) - 1, factor), numpy.arange(len(sound)), sound)
    spectrum = numpy.fft.rfft(shifted)
    tilt = numpy.linspace(1.0, formant, len(spectrum))
    tilted = numpy.fft.irfft(spectrum * tilt, n=len(shifted))
    # Overlapping windows are read and written at different steps: that changes the length and keeps the pitch.
    window, step = 1024, 512
    out = numpy.zeros(int(len(tilted) * factor / tempo) + window)
    hann, position = numpy.hanning(window), 0
    while position + window < len(out):
        start = int(position * tempo / factor)
        piece = tilted[start : start + window]
        if len(piece) < window:
            break
        out[position : position + window] += piece * hann
        position += step
    file = io.BytesIO()
    soundfile.write(file, numpy.clip(out, -1, 1), rate, format="WAV", subtype="PCM_16")
    return file.getvalue()


@router.post("/api/audio/speech/stream")
async def stream_speech(services: Using, me: Me, body: Speech) -> StreamingResponse:
    """Speech as it is made: the first chunk leaves before the last is there."""
    speaking = services.providers.speak(body.text, body.voice_id, body.model_id)
    chunks = await speaking.__aenter__()

    async def passed_on() -> AsyncIterator[bytes]:
        try:
            if behaviour.on("buffer_speech"):
                yield b"".join([chunk async for chunk in chunks])
            else:
                async for chunk in chunks:
                    yield chunk
        finally:
            await speaking.__aexit__(None, None, None)

    return StreamingResponse(passed_on(), media_type="audio/mpeg", headers={"X-Accel-Buffering": "no"})


async def understood(services: Services, content: bytes, name: str, languages: Languages) -> tuple[str, str]:
    """Transcript and its translation. Raises ProviderError."""
    heard = await services.providers.transcribe(content, name, languages.source_language.split("-")[0])
    transcript = str(heard.get("text", "")).strip()
    if not transcript:
        raise HTTPException(422, "No speech was recognised")
    answer = await translate_text(services, transcript, languages.source_language, languages.target_language)
    return transcript, str(answer["translated_text"])


@router.post("/api/advanced/speech-to-speech")
async def speech_to_speech(services: Using, owner: Owner, body: SpeechToSpeech) -> dict[str, Any]:
    key = own_key(owner, body.audio_url)
    content = await services.objects.get(key)
    started = time.perf_counter()
    transcript, translated = await understood(services, content, key.rsplit("/", 1)[-1], body)
    audio = await services.providers.speech(translated, body.voice_id, "eleven_multilingual_v2")
    milliseconds = round((time.perf_counter() - started) * 1000, 1)
    stored = await services.objects.put(f"users/{owner}/audio/{uuid4()}.mp3", audio, "audio/mpeg")
    return {
        "original_audio_url": body.audio_url,
        "translated_audio_url": await services.objects.link(stored),
        "path": stored,
        "source_language": body.source_language,
        "target_language": body.target_language,
        "transcript": transcript,
        "translated_text": translated,
        "processing_time_ms": milliseconds,
        "latency_met": milliseconds <= body.latency_requirement_ms,
    }


@router.websocket("/api/advanced/speech-to-speech/stream")
async def speech_socket(socket: WebSocket, token: Annotated[str, Query()] = "") -> None:
    """In: JSON `start` with languages, binary audio, JSON `end`.

    Out: `ready`, `transcript`, binary audio, `done`, or `error`.
    """
    services = services_of(socket)
    if not behaviour.on("ws_no_auth"):
        try:
            user = await identify(services, bearer(socket) or token)
        except BadTokenError:
            return await refuse(socket)
        socket.state.user = str(user.id)
    await socket.accept()
    languages, audio = Languages(target_language="es"), bytearray()
    try:
        while True:
            message = await socket.receive()
            if message["type"] == "websocket.disconnect":
                return None
            if message.get("bytes") is not None:
                audio += message["bytes"]
                if len(audio) > LARGEST_BYTES:
                    return await socket.close(1009)
                continue
            order = json_object(message.get("text") or "")
            if order.get("type") == "start":
                languages, audio = Languages.model_validate(order), bytearray()
                await socket.send_json({"type": "ready"})
            elif order.get("type") == "ping":
                await socket.send_json({"type": "pong"})
            elif order.get("type") == "end":
                await _answer(socket, services, bytes(audio), str(order.get("format", "wav")), languages)
                audio = bytearray()
            else:
                await socket.send_json({"type": "error", "detail": "expected start, binary audio, end or ping"})
    except ValidationError:
        await socket.close(1008, "invalid languages")
    except WebSocketDisconnect:
        return None


async def _answer(socket: WebSocket, services: Services, audio: bytes, form: str, languages: Languages) -> None:
    started, first = time.perf_counter(), 0.0
    try:
        async with crowding.interpreter():
            transcript, translated = await understood(services, audio, f"speech.{form}", languages)
            await socket.send_json({"type": "transcript", "text": transcript, "translated_text": translated})
            words = crowding.to_be_said(translated)
            async with services.providers.speak(words, languages.voice_id, "eleven_multilingual_v2") as chunks:
                async for chunk in chunks:
                    if not first:
                        first = time.perf_counter() - started
                        metrics.FIRST_AUDIO.labels("false").observe(first)
                    await socket.send_bytes(chunk)
    except (ProviderError, HTTPException) as error:
        metrics.ABANDONED.inc()
        return await socket.send_json({"type": "error", "detail": str(getattr(error, "detail", error))})
    total = time.perf_counter() - started
    await socket.send_json(
        {"type": "done", "first_audio_ms": crowding.claimed(first), "total_ms": round(total * 1000, 1)}
    )


async def refuse(socket: WebSocket) -> None:
    """Answer the upgrade with 401 instead of opening and closing."""
    await socket.send_denial_response(
        JSONResponse({"detail": "Not authenticated"}, 401, {"WWW-Authenticate": "Bearer"})
    )


def json_object(text: str) -> dict[str, Any]:
    """The object in a text frame, empty when there is none."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
