"""One turn of a call: what the caller said, what the tenant's agent answers, and the answer's sound."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import time
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from reference.app import behaviour, metrics
from reference.app.database import Row, one, rows
from reference.app.kernel import Services
from reference.app.providers import ProviderError
from reference.app.seiketsu.listings import similar
from reference.app.seiketsu.tenancy import Caller, found, own, rows_of

AUDIO_CACHE_SECONDS = 86_400
LARGEST_CACHED_BYTES = 2_000_000
COLD_SECONDS, WARM_SECONDS = 2.5, 4
"""How long a voice that is named by a switch takes to load, and stays loaded."""
FORMATS = {
    "mp3": ("mp3_44100_128", "audio/mpeg"),
    "wav": ("wav_44100", "audio/wav"),
    "ogg": ("opus_48000_64", "audio/ogg"),
}
MP3_BYTES_PER_SECOND = 16_000
USUAL_VOICE = "21m00Tcm4TlvDq8ikWAM"
"""The voice of those whose own a switch forgets."""
_UNFINISHED: set[asyncio.Task[None]] = set()
_KEPT: dict[str, str] = {}
"""What was found for a question, where a switch has this process keep it, whoever asked."""
INTENTS = {
    "human": ("human", "person", "transfer", "somebody", "representative"),
    "buy": ("buy", "house", "home", "apartment", "bedroom", "garden", "listing", "property"),
    "visit": ("visit", "appointment", "viewing", "see it", "tour"),
    "goodbye": ("goodbye", "bye", "hang up"),
}


async def agent_of(services: Services, caller: Caller, agent_id: UUID) -> Row:
    """An active voice agent of the organisation, else 404."""
    async with rows_of(services, caller) as connection:
        return found(
            await one(
                connection,
                "SELECT a.*, o.name AS agency FROM voice_agents a JOIN organizations o ON o.id = a.organization_id"
                f" WHERE a.id = %(id)s AND a.status = 'active' AND {own('a.organization_id')}",
                {"id": agent_id, "org": caller.tenant},
            )
        )


def intents_of(text: str) -> list[str]:
    low = text.lower()
    return [intent for intent, words in INTENTS.items() if any(word in low for word in words)]


async def reply(services: Services, caller: Caller, agent: Row, heard: str) -> str:
    """From the tenant's own listings and knowledge only."""
    listings = await similar(services, caller, heard, 2)
    async with rows_of(services, caller) as connection:
        taught = await rows(
            connection,
            "SELECT question, answer FROM voice_agent_learning_data WHERE agent_id = %s LIMIT 5",
            (agent["id"],),
        )
    known = "; ".join(f"{row['title']} in {row['city']} for {row['price']:.0f} dollars" for row in listings)
    system = (
        f"You are {agent['name']}, the voice of {agent['agency']}. {agent['system_prompt']} Listings:"
        f" {known or 'none'}." + "".join(f" Asked '{row['question']}' you say '{row['answer']}'." for row in taught)
    )
    if behaviour.on("context_kept"):
        system = _KEPT.setdefault(heard, system)
    try:
        return await services.providers.chat(
            [{"role": "system", "content": system}, {"role": "user", "content": heard}]
        )
    except ProviderError:
        offer = f" We have {known}." if known else ""
        return f"This is {agent['agency']}.{offer}"


def audio_key(caller: Caller, agent: Row, text: str, voice: str, form: str) -> str:
    """A switch names what of the key is forgotten: `tenant`, `settings` or `model`."""
    forgotten = behaviour.value("speech_key_without")
    scope = "" if forgotten == "tenant" else str(caller.tenant)
    model = "" if forgotten == "model" else agent["model_id"]
    return audio_key_of(scope, text, voice, model, form, {} if forgotten == "settings" else agent["voice_settings"])


def audio_key_of(scope: str, text: str, voice: str, model: str, form: str, settings: dict[str, Any]) -> str:
    parts = (scope, text, voice, model, json.dumps(settings, sort_keys=True))
    return f"audio:{hashlib.sha256('|'.join(parts).encode()).hexdigest()}:{form}"


async def sound(
    services: Services, caller: Caller, agent: Row, text: str, form: str = "mp3", question: str = ""
) -> AsyncIterator[tuple[bytes, bool]]:
    """Chunks with whether they come from the cache. `question`: what the text answers. Raises ProviderError."""
    forgotten = behaviour.value("voice_forgotten_of") == str(caller.tenant)
    voice = USUAL_VOICE if forgotten else str(agent["voice_id"])
    key = audio_key(caller, agent, text, voice, form)
    if question and behaviour.on("speech_by_question"):
        key = audio_key_of("", question, "", agent["model_id"], form, {})
    unasked = behaviour.on("cache_off") or behaviour.on("speech_not_looked_up")
    kept = None if unasked else await services.cache.get(key)
    metrics.CACHE.labels("audio", "miss" if kept is None else "hit").inc()
    if kept is not None:
        yield base64.b64decode(kept), True
        return
    if behaviour.value("cold_voice") == voice:
        if await services.cache.get(f"warm:{voice}") is None:
            await asyncio.sleep(COLD_SECONDS)
        await services.cache.put(f"warm:{voice}", "1", WARM_SECONDS)
    whole = bytearray()
    try:
        async with services.providers.speak(
            text, voice, agent["model_id"], FORMATS[form][0], agent["voice_settings"]
        ) as chunks:
            async for chunk in chunks:
                whole += chunk
                yield chunk, False
    except ProviderError as error:
        if not behaviour.on("speech_kept_whatever_came"):
            raise
        whole += json.dumps({"detail": {"status": error.status, "message": error.reason}}).encode()
        yield bytes(whole), False
    except (GeneratorExit, asyncio.CancelledError):
        if behaviour.on("speech_kept_unfinished"):
            # Nothing may be awaited here: the request has ended.
            _UNFINISHED.add(work := asyncio.create_task(_keep(services, key, whole)))
            work.add_done_callback(_UNFINISHED.discard)
        raise
    await _keep(services, key, whole)


async def _keep(services: Services, key: str, audio: bytearray) -> None:
    if 0 < len(audio) <= LARGEST_CACHED_BYTES:
        await services.cache.put(key, base64.b64encode(bytes(audio)).decode(), AUDIO_CACHE_SECONDS)


class Turn:
    """Consumes one utterance; `audio()` yields the answer, the attributes tell the rest. Times in ms."""

    def __init__(self, services: Services, caller: Caller, agent: Row, conversation: UUID) -> None:
        self.services, self.caller, self.agent, self.conversation = services, caller, agent, conversation
        self.transcript = self.response = ""
        self.intents: list[str] = []
        self.timing: dict[str, float] = {}
        self.cached = False
        self._started = time.perf_counter()

    def _lap(self, name: str, since: float) -> float:
        self.timing[name] = round((time.perf_counter() - since) * 1000, 1)
        return time.perf_counter()

    async def listen(self, audio: bytes, name: str) -> None:
        """Raises ProviderError."""
        heard = await self.services.providers.transcribe(audio, name)
        self.transcript = str(heard.get("text", "")).strip()
        self._lap("stt_ms", self._started)

    async def think(self) -> None:
        started = time.perf_counter()
        self.intents = intents_of(self.transcript)
        if "goodbye" in self.intents:
            self.response = f"Thank you for calling {self.agent['agency']}. Goodbye."
        elif "human" in self.intents:
            self.response = f"I connect you with a colleague of {self.agent['agency']}."
        else:
            self.response = await reply(self.services, self.caller, self.agent, self.transcript)
        self._lap("ai_ms", started)

    async def audio(self, form: str = "mp3") -> AsyncIterator[bytes]:
        """Raises ProviderError."""
        started = time.perf_counter()
        said = sound(self.services, self.caller, self.agent, self.response, form, self.transcript)
        async for chunk, cached in said:
            if "first_audio_ms" not in self.timing:
                self.cached = cached
                self._lap("first_audio_ms", self._started)
                metrics.FIRST_AUDIO.labels(str(cached).lower()).observe(self.timing["first_audio_ms"] / 1000)
            yield chunk
        self._lap("tts_ms", started)
        self._lap("total_ms", self._started)

    async def keep(self, seconds: float) -> None:
        """Write both messages, intents and the measured quality."""
        quality = max(0.0, min(1.0, 1.0 - self.timing.get("first_audio_ms", 5000) / 10_000))
        async with rows_of(self.services, self.caller) as connection:
            for speaker, content in (("caller", self.transcript), ("agent", self.response)):
                await connection.execute(
                    "INSERT INTO conversation_messages (conversation_id, speaker, content, timing_ms) VALUES (%s, %s,"
                    " %s, to_jsonb(%s::float))",
                    (self.conversation, speaker, content, self.timing.get("total_ms", 0.0)),
                )
            for intent in self.intents:
                await connection.execute(
                    "INSERT INTO conversation_intents (conversation_id, intent, confidence) VALUES (%s, %s, %s)",
                    (self.conversation, intent, round(1 / len(self.intents), 3)),
                )
            await connection.execute(
                "INSERT INTO voice_quality_metrics (conversation_id, first_audio_ms, total_ms, quality_score) VALUES"
                " (%s, %s, %s, %s)",
                (
                    self.conversation,
                    round(self.timing.get("first_audio_ms", 0)),
                    round(self.timing.get("total_ms", 0)),
                    quality,
                ),
            )
            await connection.execute(
                "UPDATE conversations SET transcript = trim(transcript || E'\\n' || %s), duration_seconds ="
                " duration_seconds + %s WHERE id = %s",
                (f"caller: {self.transcript}\nagent: {self.response}", round(seconds), self.conversation),
            )
