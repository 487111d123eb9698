"""WebSocket /v1/text-to-speech/{voice_id}/stream-input: text comes in pieces, speech goes out as soon as enough text
is there.

In: {"text": " ", "voice_settings", "generation_config": {"chunk_length_schedule"}, "xi_api_key"}, then {"text": "... ",
"try_trigger_generation", "flush"}, at the end {"text": ""}. Out: {"audio": base64, "isFinal": null, "alignment",
"normalizedAlignment"}, at the end {"audio": null, "isFinal": true} and close 1000. Errors: one message, then close
1008.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from reference.simulators import speech
from reference.simulators.elevenlabs_speech import DEFAULT_FORMAT, Order, check, paced, speaking
from reference.simulators.simulator import PRODUCTION, RefusedError, note

if TYPE_CHECKING:
    from reference.simulators.elevenlabs import ElevenLabs

SCHEDULE = [120, 160, 250, 290]
SMALLEST_TRIGGERED = 50
INACTIVITY_SECONDS = 20.0


async def serve(elevenlabs: ElevenLabs, socket: WebSocket, voice_id: str) -> None:
    await socket.accept()
    try:
        await _converse(elevenlabs, socket, voice_id)
        await socket.send_json({"audio": None, "isFinal": True, "normalizedAlignment": None, "alignment": None})
        await socket.close(1000)
    except WebSocketDisconnect:
        return
    except TimeoutError:
        await _fail(
            socket, "input_timeout_exceeded", "This websocket connection timed out as no text was received in time."
        )
    except RefusedError as refused:
        detail = json.loads(bytes(refused.response.body)).get("detail", {})
        problem = detail if isinstance(detail, dict) else {"status": "invalid_message", "message": detail[0]["msg"]}
        await _fail(socket, problem["status"], problem["message"])
    except (ValueError, AttributeError, TypeError):
        await _fail(socket, "invalid_message", "The message is not a JSON object with a text.")


async def _fail(socket: WebSocket, code: str, message: str) -> None:
    await socket.send_json({"message": message, "error": code, "code": 1008})
    await socket.close(1008, message[:120])


async def _converse(elevenlabs: ElevenLabs, socket: WebSocket, voice_id: str) -> None:
    query = socket.query_params
    limit = float(query.get("inactivity_timeout", INACTIVITY_SECONDS))
    first = await _receive(socket, limit)
    if elevenlabs.account(elevenlabs.key_of(socket) or first.get("xi_api_key")) != PRODUCTION:
        raise elevenlabs.refuse(401)
    elevenlabs.voice(voice_id)
    settings = first.get("voice_settings") or {}
    schedule = (first.get("generation_config") or {}).get("chunk_length_schedule") or SCHEDULE
    waiting, generations, message = "", 0, first
    spoken: list[str] = []
    while True:
        text = message["text"]
        if not isinstance(text, str):
            raise ValueError("text")
        waiting += text if message is not first or text.strip() else ""
        last = text == "" and message is not first
        enough = len(waiting) >= schedule[min(generations, len(schedule) - 1)]
        triggered = message.get("try_trigger_generation") and len(waiting) >= SMALLEST_TRIGGERED
        if waiting.strip() and (
            last or enough or triggered or message.get("flush") or query.get("auto_mode") == "true"
        ):
            order = check(
                elevenlabs,
                voice_id,
                waiting,
                query.get("model_id"),
                query.get("output_format", DEFAULT_FORMAT),
                settings,
            )
            async with speaking(elevenlabs, order, socket):
                async for piece in _messages(elevenlabs, order):
                    await socket.send_json(piece)
            spoken.append(waiting)
            note(socket, texts=spoken[-50:])
            waiting, generations = "", generations + 1
        if last:
            return
        message = await _receive(socket, limit)


async def _receive(socket: WebSocket, limit: float) -> dict[str, Any]:
    """The next message. Raises TimeoutError, WebSocketDisconnect, ValueError when it is not an object with `text`."""
    message = json.loads(await asyncio.wait_for(socket.receive_text(), limit))
    if not isinstance(message, dict) or "text" not in message:
        raise ValueError("text is missing")
    return message


async def _messages(elevenlabs: ElevenLabs, order: Order) -> AsyncIterator[dict[str, Any]]:
    """Audio messages; each tells when the characters are spoken that are new in it, in milliseconds of this
    generation.
    """
    said = [
        (c, round(start * 1000), round((end - start) * 1000))
        for c, start, end in speech.alignment(order.text, order.speed)
    ]
    total = said[-1][1] + said[-1][2]
    pieces, told = max(1, round(total / 250)), 0
    number = 0
    async for piece in paced(elevenlabs, order):
        number += 1
        upto = len(said) if number >= pieces else sum(start < number * total / pieces for _, start, _ in said)
        new, told = said[told:upto], max(told, upto)
        timing = {
            "chars": [c for c, _, _ in new],
            "charStartTimesMs": [s for _, s, _ in new],
            "charDurationsMs": [d for _, _, d in new],
        }
        alignment = timing if new else None
        yield {
            "audio": base64.b64encode(piece).decode(),
            "isFinal": None,
            "normalizedAlignment": alignment,
            "alignment": alignment,
        }
