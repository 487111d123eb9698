"""ElevenLabs: account, voices, models, text to speech (whole, streamed, over WebSocket). Shapes after
elevenlabs.io/docs/api-reference.

Speech is made by `speech`: real sound whose length follows the text, in the voice's own pitch, understood by the
transcription simulator. Each accepted character counts against the subscription, by the cost of its model.
"""

from __future__ import annotations

import secrets
import time
import tomllib
from collections import deque
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from fastapi import APIRouter, Depends
from pydantic import Field
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.websockets import WebSocket

from reference.simulators import elevenlabs_account, elevenlabs_socket, elevenlabs_speech
from reference.simulators.behaviour import Behaviour
from reference.simulators.simulator import PRODUCTION, Simulator

CONCURRENT_REQUESTS = 40
_STATUS = {
    400: "invalid_request",
    401: "invalid_api_key",
    404: "not_found",
    409: "conflict",
    429: "system_busy",
    500: "internal_error",
    503: "unavailable",
}
PERMISSIONS: dict[str, tuple[tuple[str, ...], str]] = {
    "text_to_speech": (("POST",), "/v1/text-to-speech/"),
    "voices_write": (("POST", "PATCH", "DELETE"), "/v1/voices"),
    "user_write": (("POST", "PATCH", "DELETE"), "/v1/user"),
}
"""Of a key, to the calls that need it."""
_MESSAGES = {
    401: "Invalid API key",
    429: "The system is experiencing heavy traffic, please try again.",
    500: "An internal error occurred.",
}


class ElevenLabsBehaviour(Behaviour):
    """Further ways in which the voice provider can be wrong. Times in milliseconds."""

    subscription_status: str | None = Field(default=None, description="such as past_due, incomplete, free")
    tier: str | None = None
    character_count: int | None = Field(default=None, ge=0, description="characters used, instead of the real count")
    character_limit: int | None = Field(default=None, ge=0)
    reset_in_seconds: int | None = Field(default=None, description="when the count starts anew; negative: in the past")
    user_id: str | None = Field(default=None, description="the key belongs to this user")
    deleted_voices: list[str] = Field(default=[], description="ids, or * for all")
    mapped_voices: dict[str, str] = Field(default={}, description="voice id -> the id whose sound is heard")
    voice_settings: dict[str, float] = Field(default={}, description="stored settings of every voice")
    fixed_text: str | None = Field(default=None, description="every request says this")
    previous_text: bool = Field(default=False, description="says the text of the request before")
    silent: bool = False
    silent_languages: list[str] = []
    empty: bool = Field(default=False, description="status 200 without a byte of audio")
    cut_ms: float = Field(default=0, ge=0, description="missing at the end")
    clipped: bool = Field(default=False, description="overdriven sound")
    noisy_voices: dict[str, float] = Field(
        default={}, description="voice id, or * for all -> noise in its sound, by the largest amplitude"
    )
    first_audio_ms: float = Field(default=0, ge=0, description="delay before the first audio")
    delayed_voices: dict[str, float] = {}
    delayed_models: dict[str, float] = {}
    filler_ms: float = Field(default=0, ge=0, description="silence that is sent at once, before the delayed speech")
    buffered: bool = Field(default=False, description="streams send everything at the end, in one piece")
    concurrent_requests: int | None = Field(default=None, ge=0)
    missing_permissions: list[str] = Field(
        default=["voices_write", "user_write"], description="that the key was issued without"
    )


@dataclass
class Voice:
    id: str
    name: str
    category: str
    labels: dict[str, str]
    settings: dict[str, Any] = field(default_factory=lambda: dict(elevenlabs_account.DEFAULT_SETTINGS))
    samples: list[dict[str, Any]] = field(default_factory=list)
    created: int = 1_735_689_600


@dataclass(frozen=True)
class Model:
    id: str
    name: str
    languages: list[str]
    cost: float
    first_audio_ms: float
    largest_text: int


class ElevenLabs(Simulator):
    name = "elevenlabs"
    behaviour_type = ElevenLabsBehaviour

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        seed = tomllib.loads(files(__package__).joinpath("voices.toml").read_text("utf-8"))
        self._voices = {item["id"]: Voice(**item) for item in seed["voice"]}
        for voice in self._voices.values():
            if voice.category != "premade":
                voice.samples.append(elevenlabs_account.sample(voice.name, 48_000))
        self.models = {item["id"]: Model(**item) for item in seed["model"]}
        self.speaking = 0
        self.last_text = ""
        self.history: deque[dict[str, Any]] = deque(maxlen=elevenlabs_account.HISTORY_KEPT)

    def key_of(self, connection: HTTPConnection) -> str | None:
        return connection.headers.get("xi-api-key") or connection.query_params.get("xi-api-key")

    def error(self, status: int, message: str | None = None, **details: Any) -> Response:
        headers = {"retry-after": f"{details['retry_after']:g}"} if details.get("retry_after") is not None else {}
        if status == 422:
            location = details.get("location", ["body"])
            problem = {"loc": location, "msg": message or "Field required", "type": details.get("kind", "missing")}
            return JSONResponse({"detail": [problem]}, 422, headers)
        text = message or _MESSAGES.get(status, "The request failed.")
        return JSONResponse(
            {"detail": {"status": details.get("code", _STATUS.get(status, "error")), "message": text}}, status, headers
        )

    def authorise(self, request: Request) -> None:
        key = self.key_of(request)
        if key is None:
            raise self.refuse(
                401,
                "Neither authorization header nor xi-api-key received, please provide one.",
                code="needs_authorization",
            )
        if self.account(key) != PRODUCTION:
            raise self.refuse(401)
        for permission, (methods, path) in PERMISSIONS.items():
            if (
                permission in self.behaviour.missing_permissions
                and request.method in methods
                and path in request.url.path
            ):
                message = f"The API key you used is missing the permission {permission} to execute this operation."
                raise self.refuse(401, message, code="missing_permissions")

    def voices(self) -> dict[str, Voice]:
        deleted = self.behaviour.deleted_voices
        return {} if "*" in deleted else {id_: voice for id_, voice in self._voices.items() if id_ not in deleted}

    def voice(self, id_: str) -> Voice:
        """Raises RefusedError (404) when the account has no such voice."""
        if id_ not in self.voices():
            raise self.refuse(404, f"A voice with the voice_id {id_} was not found.", code="voice_not_found")
        return self.voices()[id_]

    def add_voice(self, voice: Voice) -> None:
        self._voices[voice.id] = voice

    def remove_voice(self, id_: str) -> None:
        self.voice(id_)
        del self._voices[id_]

    def remember(self, text: str, voice_id: str, model_id: str, media_type: str, cost: int) -> dict[str, Any]:
        """Put what is spoken into the account's history; return its item."""
        voice, used = self.voice(voice_id), self.character_count
        item = {
            "history_item_id": secrets.token_urlsafe(15),
            "request_id": secrets.token_urlsafe(15),
            "voice_id": voice_id,
            "voice_name": voice.name,
            "voice_category": voice.category,
            "model_id": model_id,
            "text": text,
            "date_unix": int(time.time()),
            "character_count_change_from": used - cost,
            "character_count_change_to": used,
            "content_type": media_type,
            "state": "created",
            "source": "TTS",
        }
        self.history.append(item)
        return item

    @property
    def character_count(self) -> int:
        fixed = self.behaviour.character_count
        return int(elevenlabs_account.USED_BEFORE + self.usage["characters"] if fixed is None else fixed)

    @property
    def character_limit(self) -> int:
        fixed = self.behaviour.character_limit
        return int(elevenlabs_account.CHARACTER_LIMIT if fixed is None else fixed)

    @property
    def concurrent_limit(self) -> int:
        fixed = self.behaviour.concurrent_requests
        return int(CONCURRENT_REQUESTS if fixed is None else fixed)

    @property
    def next_reset(self) -> int:
        seconds = self.behaviour.reset_in_seconds
        return int(time.time()) + int(14 * 86_400 if seconds is None else seconds)

    def report(self) -> dict[str, Any]:
        return super().report() | {"character_count": self.character_count, "character_limit": self.character_limit}

    def router(self) -> APIRouter:
        outer = APIRouter()
        router = APIRouter(dependencies=[Depends(self.authorise)])
        router.include_router(elevenlabs_account.account_router(self))
        router.include_router(elevenlabs_speech.speech_router(self))
        outer.include_router(router)

        # A WebSocket is refused after it was accepted, with a message: its key is read there.
        @outer.websocket("/v1/text-to-speech/{voice_id}/stream-input")
        async def stream_input(socket: WebSocket, voice_id: str) -> None:
            await elevenlabs_socket.serve(self, socket, voice_id)

        return outer
