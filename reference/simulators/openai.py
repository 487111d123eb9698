"""OpenAI: models, embeddings, chat completions, transcriptions. Shapes and errors after
platform.openai.com/docs/api-reference.
"""

from __future__ import annotations

import hashlib
import time
from collections import deque
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Depends
from pydantic import Field
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response

from reference.simulators import openai_audio, openai_chat, openai_embeddings
from reference.simulators.behaviour import Behaviour
from reference.simulators.simulator import PRODUCTION, Simulator

ORGANISATION = "org-reference-production"
PROJECT = "proj_reference_production"
REQUESTS_PER_MINUTE, TOKENS_PER_MINUTE = 3000, 1_000_000
MODELS = {
    "text-embedding-3-small": 1705948997,
    "text-embedding-3-large": 1705953180,
    "text-embedding-ada-002": 1671217299,
    "whisper-1": 1677532384,
    "gpt-4o-mini-transcribe": 1742068596,
    "gpt-4o-mini": 1721172741,
    "gpt-4.1-mini": 1744318173,
}
_DEFAULT_ERRORS = {
    401: ("Incorrect API key provided.", "invalid_request_error", "invalid_api_key"),
    429: ("Rate limit reached for requests per min. Please try again later.", "requests", "rate_limit_exceeded"),
    500: ("The server had an error while processing your request. Sorry about that!", "server_error", None),
    503: ("The engine is currently overloaded, please try again later.", "service_unavailable_error", None),
}


class OpenAIBehaviour(Behaviour):
    """Further ways in which the OpenAI account can be wrong."""

    organisation: str | None = Field(default=None, description="the key belongs to this organisation instead")
    missing_models: list[str] = Field(default=[], description="models that the project may not use")
    dimensions: int | None = Field(default=None, gt=0, description="embeddings have this many components")
    constant_vectors: bool = Field(default=False, description="every text has the same embedding")
    random_vectors: bool = Field(
        default=False, description="embeddings are unit vectors without meaning, the same per text"
    )
    unsorted: bool = Field(default=False, description="results of a batch arrive in reverse order, with right indexes")
    dropped_inputs: int = Field(default=0, ge=0, description="leave out the longest inputs of a batch, with status 200")
    largest_batch: int = Field(default=2048, ge=1)
    wrong_words: float = Field(default=0, ge=0, le=1, description="share of words that a transcript gets wrong")
    fixed_transcript: str | None = Field(default=None, description="every recording says this")


class OpenAI(Simulator):
    name = "openai"
    behaviour_type = OpenAIBehaviour

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        self.spent: deque[tuple[float, int]] = deque()

    def key_of(self, connection: HTTPConnection) -> str | None:
        scheme, _, key = connection.headers.get("authorization", "").partition(" ")
        return key or None if scheme.lower() == "bearer" else None

    def error(self, status: int, message: str | None = None, **details: Any) -> Response:
        default = _DEFAULT_ERRORS.get(
            status, ("Invalid request.", "invalid_request_error" if status < 500 else "server_error", None)
        )
        body = {
            "message": message or default[0],
            "type": default[1],
            "param": details.get("param"),
            "code": details.get("code", default[2]),
        }
        headers = {"retry-after": f"{details['retry_after']:g}"} if details.get("retry_after") is not None else {}
        return JSONResponse({"error": body}, status, headers)

    def response_headers(self, _path: str) -> Mapping[str, str]:
        used = self.minute_count(time.time())
        limit = (
            self.behaviour.requests_per_minute
            if self.behaviour.requests_per_minute is not None
            else REQUESTS_PER_MINUTE
        )
        tokens = self._tokens_this_minute()
        return {
            "x-request-id": f"req_{hashlib.sha256(f'{time.time_ns()}'.encode()).hexdigest()[:32]}",
            "openai-version": "2020-10-01",
            "openai-organization": self.organisation,
            "x-ratelimit-limit-requests": str(limit),
            "x-ratelimit-remaining-requests": str(max(0, limit - used)),
            "x-ratelimit-reset-requests": f"{60_000 / max(1, limit):.0f}ms",
            "x-ratelimit-limit-tokens": str(TOKENS_PER_MINUTE),
            "x-ratelimit-remaining-tokens": str(max(0, TOKENS_PER_MINUTE - tokens)),
            "x-ratelimit-reset-tokens": f"{tokens * 60_000 / TOKENS_PER_MINUTE:.0f}ms",
        }

    @property
    def organisation(self) -> str:
        return str(self.behaviour.organisation or ORGANISATION)

    def spend(self, tokens: int) -> None:
        self.usage["tokens"] += tokens
        self.spent.append((time.time(), tokens))

    def _tokens_this_minute(self) -> int:
        while self.spent and self.spent[0][0] < time.time() - 60:
            self.spent.popleft()
        return sum(tokens for _, tokens in self.spent)

    def models(self) -> dict[str, int]:
        return {name: created for name, created in MODELS.items() if name not in self.behaviour.missing_models}

    def require_model(self, name: object, *, prefixes: tuple[str, ...]) -> str:
        """The name of a model that exists and is of the wanted kind. Raises RefusedError as the provider does."""
        if not isinstance(name, str) or not name:
            raise self.refuse(400, "you must provide a model parameter")
        if name not in self.models():
            message = f"The model `{name}` does not exist or you do not have access to it."
            raise self.refuse(404, message, code="model_not_found")
        if not name.startswith(prefixes):
            raise self.refuse(
                403, f"You are not allowed to use the model `{name}` with this endpoint.", code="model_not_allowed"
            )
        return name

    def authorise(self, request: Request) -> None:
        key = self.key_of(request)
        if key is None:
            message = "You didn't provide an API key. Provide it in an Authorization header using Bearer auth."
            raise self.refuse(401, message, code=None)
        account = self.account(key)
        if account is None:
            raise self.refuse(401, f"Incorrect API key provided: {key[:3]}***{key[-4:] if len(key) > 12 else ''}.")
        if account != PRODUCTION:
            raise self.refuse(403, "The key belongs to another project.", code="project_mismatch")
        wanted = request.headers.get("openai-organization")
        if wanted and wanted != self.organisation:
            raise self.refuse(401, f"No such organization: {wanted}.", code="invalid_organization")

    def router(self) -> APIRouter:
        router = APIRouter(prefix="/v1", dependencies=[Depends(self.authorise)])

        @router.get("/models")
        async def models() -> dict[str, Any]:
            return {"object": "list", "data": [_model(name, created) for name, created in self.models().items()]}

        @router.get("/models/{model}")
        async def model(model: str) -> dict[str, Any]:
            if model not in self.models():
                raise self.refuse(404, f"The model '{model}' does not exist", param="model", code="model_not_found")
            return _model(model, self.models()[model])

        @router.post("/embeddings")
        async def embeddings(request: Request) -> Response:
            return await openai_embeddings.create(self, request)

        @router.post("/chat/completions")
        async def chat(request: Request) -> Response:
            return await openai_chat.create(self, request)

        @router.post("/audio/transcriptions")
        async def transcriptions(request: Request) -> Response:
            return await openai_audio.transcribe(self, request)

        @router.post("/audio/translations")
        async def translations(request: Request) -> Response:
            return await openai_audio.transcribe(self, request, into="en")

        return router


def _model(name: str, created: int) -> dict[str, Any]:
    return {
        "id": name,
        "object": "model",
        "created": created,
        "owned_by": "openai-internal" if name.startswith("whisper") else "system",
    }
