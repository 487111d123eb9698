"""Third parties over HTTPS: one client a process, each call bounded, counted and timed.

Every method raises `ProviderError` when the provider refuses, fails, times out or answers something unusable.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx

from reference.app.metrics import PROVIDER_CALLS, PROVIDER_SECONDS, PROVIDER_UNITS
from reference.app.settings import AppSettings


class ProviderError(Exception):
    """`provider` could not do `operation`; `status` is its HTTP status, 0 when there was none."""

    def __init__(self, provider: str, operation: str, status: int, reason: str) -> None:
        super().__init__(f"{provider} {operation}: {reason}")
        self.provider, self.operation, self.status, self.reason = provider, operation, status, reason


class Providers:
    def __init__(self, settings: AppSettings) -> None:
        self.settings = settings
        verify: ssl.SSLContext | bool = (
            ssl.create_default_context(cafile=settings.ca_file) if settings.ca_file else True
        )
        self.http = httpx.AsyncClient(
            verify=verify,
            timeout=httpx.Timeout(10, connect=2),
            limits=httpx.Limits(max_connections=100, max_keepalive_connections=20),
        )
        self._index_url: str | None = None

    async def close(self) -> None:
        await self.http.aclose()

    # OpenAI

    @property
    def _openai(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.settings.openai_key}"}

    async def embed(self, texts: Sequence[str], timeout: float = 10) -> list[list[float]]:
        """One vector a text, in the order of the texts whatever the order of the answer."""
        body = {"model": self.settings.embedding_model, "input": list(texts), "encoding_format": "float"}
        answer = await self.json(
            "openai",
            "embeddings",
            "POST",
            f"{self.settings.openai_url}/v1/embeddings",
            headers=self._openai,
            json=body,
            timeout=timeout,
        )
        vectors = {item["index"]: item["embedding"] for item in answer.get("data", [])}
        if sorted(vectors) != list(range(len(texts))) or any(
            len(v) != self.settings.embedding_dimension for v in vectors.values()
        ):
            raise ProviderError("openai", "embeddings", 200, "not one vector of the agreed size for each text")
        PROVIDER_UNITS.labels("openai", "tokens").inc(answer.get("usage", {}).get("total_tokens", 0))
        return [vectors[index] for index in range(len(texts))]

    async def transcribe(self, audio: bytes, name: str, language: str | None = None) -> dict[str, Any]:
        """Whisper: `text`, `language`, `duration` (s)."""
        form = {"model": "whisper-1", "response_format": "verbose_json"} | ({"language": language} if language else {})
        return await self.json(
            "openai",
            "transcriptions",
            "POST",
            f"{self.settings.openai_url}/v1/audio/transcriptions",
            headers=self._openai,
            data=form,
            files={"file": (name, audio)},
        )

    async def chat(self, messages: list[dict[str, str]], timeout: float = 8) -> str:
        body = {"model": "gpt-4o-mini", "messages": messages, "max_tokens": 200}
        answer = await self.json(
            "openai",
            "chat",
            "POST",
            f"{self.settings.openai_url}/v1/chat/completions",
            headers=self._openai,
            json=body,
            timeout=timeout,
        )
        PROVIDER_UNITS.labels("openai", "tokens").inc(answer.get("usage", {}).get("total_tokens", 0))
        return str(answer["choices"][0]["message"]["content"])

    async def check_openai(self) -> None:
        await self.json(
            "openai",
            "check",
            "GET",
            f"{self.settings.openai_url}/v1/models/{self.settings.embedding_model}",
            headers=self._openai,
            timeout=2,
        )

    # Pinecone

    @property
    def _pinecone(self) -> dict[str, str]:
        return {"Api-Key": self.settings.pinecone_key, "X-Pinecone-API-Version": "2025-04"}

    async def describe_index(self, timeout: float = 5) -> dict[str, Any]:
        url = f"{self.settings.pinecone_url}/indexes/{self.settings.pinecone_index}"
        return await self.json("pinecone", "describe", "GET", url, headers=self._pinecone, timeout=timeout)

    async def _index(self) -> str:
        if self._index_url is None:
            host = str((await self.describe_index())["host"]).rstrip("/")
            scheme = self.settings.pinecone_url.split("://")[0]
            self._index_url = host if "://" in host else f"{scheme}://{host}"
        return self._index_url

    async def vectors(self, operation: str, body: dict[str, Any]) -> dict[str, Any]:
        """`operation`: `vectors/upsert`, `vectors/delete` or `query`, as the data plane names them."""
        return await self.json(
            "pinecone", operation, "POST", f"{await self._index()}/{operation}", headers=self._pinecone, json=body
        )

    # Translation

    async def translate(self, text: str, source: str, target: str) -> tuple[str, str]:
        """The translation and who made it: Google, or DeepL when Google fails. Raises the last ProviderError."""
        failure: ProviderError | None = None
        for name, attempt in (("google", self._google), ("deepl", self._deepl)):
            if not (self.settings.google_key if name == "google" else self.settings.deepl_key):
                continue
            try:
                translated = await attempt(text, source, target)
            except ProviderError as error:
                failure = error
                continue
            PROVIDER_UNITS.labels(name, "characters").inc(len(text))
            return translated, name
        raise failure or ProviderError("translation", "translate", 0, "no provider is configured")

    async def _google(self, text: str, source: str, target: str) -> str:
        body = {"q": [text], "source": source, "target": target, "format": "text"}
        answer = await self.json(
            "google",
            "translate",
            "POST",
            f"{self.settings.google_url}/language/translate/v2",
            params={"key": self.settings.google_key},
            json=body,
        )
        return str(answer["data"]["translations"][0]["translatedText"])

    async def _deepl(self, text: str, source: str, target: str) -> str:
        targets = {"zh-CN": "ZH-HANS", "zh-TW": "ZH-HANT", "no": "NB", "en": "EN-US", "pt": "PT-PT"}
        body = {
            "text": [text],
            "source_lang": source.split("-")[0].upper(),
            "target_lang": targets.get(target, target.upper()),
        }
        answer = await self.json(
            "deepl",
            "translate",
            "POST",
            f"{self.settings.deepl_url}/v2/translate",
            headers={"Authorization": f"DeepL-Auth-Key {self.settings.deepl_key}"},
            json=body,
        )
        return str(answer["translations"][0]["text"])

    async def check_google(self) -> None:
        await self.json(
            "google",
            "check",
            "GET",
            f"{self.settings.google_url}/language/translate/v2/languages",
            params={"key": self.settings.google_key},
            timeout=2,
        )

    async def check_deepl(self) -> None:
        await self.json(
            "deepl",
            "check",
            "GET",
            f"{self.settings.deepl_url}/v2/usage",
            headers={"Authorization": f"DeepL-Auth-Key {self.settings.deepl_key}"},
            timeout=2,
        )

    # ElevenLabs

    @property
    def _elevenlabs(self) -> dict[str, str]:
        return {"xi-api-key": self.settings.elevenlabs_key}

    @asynccontextmanager
    async def speak(
        self,
        text: str,
        voice: str,
        model: str = "eleven_turbo_v2",
        form: str = "mp3_44100_128",
        settings: dict[str, Any] | None = None,
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        """Speech as it is made: `async with speak(...) as chunks: async for chunk in chunks`. `settings`: the voice's
        own, where there are others than it has at the provider."""
        started = time.perf_counter()
        request = self.http.build_request(
            "POST",
            f"{self.settings.elevenlabs_url}/v1/text-to-speech/{voice}/stream",
            params={"output_format": form},
            headers=self._elevenlabs,
            json={"text": text, "model_id": model} | ({"voice_settings": settings} if settings else {}),
            timeout=30,
        )
        try:
            response = await self.http.send(request, stream=True)
        except httpx.HTTPError as error:
            raise self._failed("elevenlabs", "speak", 0, type(error).__name__) from error
        try:
            if response.status_code != 200:
                raise self._failed("elevenlabs", "speak", response.status_code, f"answered {response.status_code}")
            self._succeeded("elevenlabs", "speak", started)
            PROVIDER_UNITS.labels("elevenlabs", "characters").inc(len(text))
            yield response.aiter_bytes(4096)
        except httpx.HTTPError as error:
            raise self._failed("elevenlabs", "speak", 200, type(error).__name__) from error
        finally:
            await response.aclose()

    async def speech(
        self,
        text: str,
        voice: str,
        model: str = "eleven_turbo_v2",
        form: str = "mp3_44100_128",
        settings: dict[str, Any] | None = None,
    ) -> bytes:
        async with self.speak(text, voice, model, form, settings) as chunks:
            audio = b"".join([chunk async for chunk in chunks])
        if not audio:
            raise ProviderError("elevenlabs", "speak", 200, "answered no audio")
        return audio

    async def subscription(self) -> dict[str, Any]:
        return await self.json(
            "elevenlabs",
            "check",
            "GET",
            f"{self.settings.elevenlabs_url}/v1/user/subscription",
            headers=self._elevenlabs,
            timeout=2,
        )

    # All

    async def json(self, provider: str, operation: str, method: str, url: str, **options: Any) -> dict[str, Any]:
        started = time.perf_counter()
        try:
            response = await self.http.request(method, url, **options)
        except httpx.HTTPError as error:
            raise self._failed(provider, operation, 0, type(error).__name__) from error
        if response.status_code >= 400:
            raise self._failed(provider, operation, response.status_code, f"answered {response.status_code}")
        try:
            answer: dict[str, Any] = response.json() if response.content else {}
        except ValueError as error:
            raise self._failed(provider, operation, response.status_code, "answered no JSON") from error
        self._succeeded(provider, operation, started)
        return answer

    def _failed(self, provider: str, operation: str, status: int, reason: str) -> ProviderError:
        PROVIDER_CALLS.labels(provider, operation, "failed").inc()
        return ProviderError(provider, operation, status, reason)

    def _succeeded(self, provider: str, operation: str, started: float) -> None:
        PROVIDER_CALLS.labels(provider, operation, "ok").inc()
        PROVIDER_SECONDS.labels(provider, operation).observe(time.perf_counter() - started)
