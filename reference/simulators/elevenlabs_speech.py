"""ElevenLabs' text to speech over HTTP, and the making of speech that the WebSocket shares."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from reference.simulators import audio, speech
from reference.simulators.elevenlabs_account import DEFAULT_SETTINGS
from reference.simulators.simulator import note
from reference.simulators.translation import detect

if TYPE_CHECKING:
    from reference.simulators.elevenlabs import ElevenLabs, Model

DEFAULT_MODEL, DEFAULT_FORMAT = "eleven_multilingual_v2", "mp3_44100_128"
# A stream is made about six times as fast as it is spoken.
PIECE_SECONDS, PIECE_PAUSE_SECONDS = 0.25, 0.04


@dataclass(frozen=True)
class Order:
    """What to say and how, checked."""

    text: str
    voice_id: str
    model: Model
    format: tuple[str, int, int | None]
    settings: dict[str, Any]

    @property
    def media_type(self) -> str:
        return audio.MEDIA_TYPES[self.format[0]]

    @property
    def speed(self) -> float:
        return float(min(1.2, max(0.7, self.settings.get("speed") or 1.0)))


def speech_router(elevenlabs: ElevenLabs) -> APIRouter:
    router = APIRouter(prefix="/v1/text-to-speech/{voice_id}")

    @router.post("")
    async def convert(request: Request, voice_id: str) -> Response:
        order = await _order(elevenlabs, request, voice_id)
        async with speaking(elevenlabs, order, request) as headers:
            await asyncio.sleep(delay_seconds(elevenlabs, order))
            sound = await run_in_threadpool(render, elevenlabs, order)
        return Response(sound, media_type=order.media_type, headers=headers)

    @router.post("/stream")
    async def stream(request: Request, voice_id: str) -> Response:
        order = await _order(elevenlabs, request, voice_id)
        talk = speaking(elevenlabs, order, request)
        headers = await talk.__aenter__()

        async def pieces() -> AsyncIterator[bytes]:
            try:
                async for piece in paced(elevenlabs, order):
                    yield piece
            finally:
                await talk.__aexit__(None, None, None)

        return StreamingResponse(pieces(), media_type=order.media_type, headers=headers)

    @router.post("/with-timestamps")
    async def with_timestamps(request: Request, voice_id: str) -> Response:
        order = await _order(elevenlabs, request, voice_id)
        async with speaking(elevenlabs, order, request) as headers:
            sound = await run_in_threadpool(render, elevenlabs, order)
        said = speech.alignment(order.text, order.speed)
        times = {
            "characters": [character for character, _, _ in said],
            "character_start_times_seconds": [start for _, start, _ in said],
            "character_end_times_seconds": [end for _, _, end in said],
        }
        body = {"audio_base64": base64.b64encode(sound).decode(), "alignment": times, "normalized_alignment": times}
        return JSONResponse(body, headers=headers)

    return router


class speaking:  # noqa: N801 - used as a context manager
    """Count characters and concurrency of one order; gives the answer's headers. Raises RefusedError: quota (401),
    concurrency (429).
    """

    def __init__(self, elevenlabs: ElevenLabs, order: Order, connection: HTTPConnection) -> None:
        self.elevenlabs, self.order, self.connection = elevenlabs, order, connection

    async def __aenter__(self) -> dict[str, str]:
        elevenlabs, order = self.elevenlabs, self.order
        cost = charge(elevenlabs, order)
        if elevenlabs.speaking >= elevenlabs.concurrent_limit:
            message = f"Too many concurrent requests. Your subscription has a maximum of {elevenlabs.concurrent_limit}."
            raise elevenlabs.refuse(429, message, code="too_many_concurrent_requests", retry_after=1)
        elevenlabs.usage["characters"] += cost
        elevenlabs.usage["speeches"] += 1
        elevenlabs.speaking += 1
        note(
            self.connection,
            text=order.text,
            voice_id=order.voice_id,
            model_id=order.model.id,
            cost=cost,
            settings=order.settings,
        )
        item = elevenlabs.remember(order.text, order.voice_id, order.model.id, order.media_type, cost)
        return {
            "request-id": item["request_id"],
            "history-item-id": item["history_item_id"],
            "character-cost": str(cost),
            "current-concurrent-requests": str(elevenlabs.speaking),
            "maximum-concurrent-requests": str(elevenlabs.concurrent_limit),
        }

    async def __aexit__(self, *error: object) -> None:
        self.elevenlabs.speaking -= 1


def charge(elevenlabs: ElevenLabs, order: Order) -> int:
    """The credits that an order costs. Raises RefusedError (401, quota_exceeded) when the subscription has too few
    left.
    """
    cost = -int(-len(order.text) * order.model.cost // 1)
    left = elevenlabs.character_limit - elevenlabs.character_count
    if cost > left:
        message = (
            f"This request exceeds your quota of {elevenlabs.character_limit}. You have {max(0, left)} credits"
            f" remaining, while {cost} credits are required for this request."
        )
        raise elevenlabs.refuse(401, message, code="quota_exceeded")
    return cost


def check(elevenlabs: ElevenLabs, voice_id: str, text: Any, model_id: Any, output_format: str, settings: Any) -> Order:
    """Raises RefusedError: 404 voice, 400 model, length or format, 422 missing text."""
    voice = elevenlabs.voice(voice_id)
    if not isinstance(text, str):
        raise elevenlabs.refuse(422, location=["body", "text"])
    model = elevenlabs.models.get(model_id or DEFAULT_MODEL)
    if model is None:
        raise elevenlabs.refuse(400, f"A model with model ID {model_id} does not exist", code="model_not_found")
    if len(text) > model.largest_text:
        raise elevenlabs.refuse(
            400,
            f"A maximum request length of {model.largest_text} characters is allowed.",
            code="max_character_limit_exceeded",
        )
    try:
        wanted = audio.parse_format(output_format)
    except audio.UnsupportedFormatError as error:
        raise elevenlabs.refuse(
            422, f"Input should be a known output format, not {error}", location=["query", "output_format"], kind="enum"
        ) from error
    given = {name: value for name, value in (settings or {}).items() if name in DEFAULT_SETTINGS and value is not None}
    return Order(text, voice_id, model, wanted, voice.settings | elevenlabs.behaviour.voice_settings | given)


async def _order(elevenlabs: ElevenLabs, request: Request, voice_id: str) -> Order:
    body = await elevenlabs.json_object(request)
    output_format = request.query_params.get("output_format", DEFAULT_FORMAT)
    order = check(
        elevenlabs, voice_id, body.get("text"), body.get("model_id"), output_format, body.get("voice_settings")
    )
    if not order.text.strip():
        raise elevenlabs.refuse(400, "Input text must not be empty.", code="input_text_empty")
    return order


def delay_seconds(elevenlabs: ElevenLabs, order: Order) -> float:
    """From the order to the first audio: what the model takes, and what a fault adds."""
    behaviour = elevenlabs.behaviour
    faults = behaviour.delayed_voices.get(order.voice_id, 0) + behaviour.delayed_models.get(order.model.id, 0)
    return float(order.model.first_audio_ms + behaviour.first_audio_ms + faults) / 1000


def render(elevenlabs: ElevenLabs, order: Order) -> bytes:
    """The whole speech, encoded."""
    behaviour = elevenlabs.behaviour
    codec, rate, bitrate = order.format
    text = behaviour.fixed_text if behaviour.fixed_text is not None else order.text
    if behaviour.previous_text:
        text = elevenlabs.last_text or "nothing yet"
    elevenlabs.last_text = order.text
    if behaviour.empty:
        return b""
    heard = behaviour.mapped_voices.get(order.voice_id, order.voice_id)
    manner = order.settings
    voice = speech.Voice.of(heard, manner["stability"], manner["similarity_boost"], manner["style"])
    samples = speech.synthesise(text, voice, rate, order.speed)
    if behaviour.silent or (behaviour.silent_languages and detect(order.text)[0] in behaviour.silent_languages):
        samples = np.zeros_like(samples)
    if noise := behaviour.noisy_voices.get(order.voice_id, behaviour.noisy_voices.get("*", 0.0)):
        samples = samples + noise * np.random.default_rng().standard_normal(len(samples))
    if behaviour.clipped:
        samples = np.clip(samples * 40, -1, 1)
    if behaviour.cut_ms:
        samples = samples[: max(0, len(samples) - int(behaviour.cut_ms / 1000 * rate))]
    return audio.encode(samples, codec, rate, bitrate)


async def paced(elevenlabs: ElevenLabs, order: Order) -> AsyncIterator[bytes]:
    """The speech piece by piece, at the pace of a provider that makes it while it sends."""
    behaviour = elevenlabs.behaviour
    codec, rate, bitrate = order.format
    if behaviour.filler_ms:
        yield audio.encode(np.zeros(int(behaviour.filler_ms / 1000 * rate)), codec, rate, bitrate)
    await asyncio.sleep(delay_seconds(elevenlabs, order))
    sound = await run_in_threadpool(render, elevenlabs, order)
    seconds = max(PIECE_SECONDS, len(speech.alignment(order.text)) and speech.alignment(order.text, order.speed)[-1][2])
    size = max(1, int(len(sound) * PIECE_SECONDS / seconds)) & ~1 or 2
    pieces = [sound[at : at + size] for at in range(0, len(sound), size)]
    if behaviour.buffered:
        await asyncio.sleep(PIECE_PAUSE_SECONDS * len(pieces))
        pieces = [sound]
    for number, piece in enumerate(pieces):
        if number:
            await asyncio.sleep(PIECE_PAUSE_SECONDS)
        yield piece
