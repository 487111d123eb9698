"""POST /v1/audio/transcriptions and /v1/audio/translations: the transcript is what `speech` understands in the
uploaded sound.
"""

from __future__ import annotations

import hashlib
import random
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from reference.simulators import audio, speech
from reference.simulators.simulator import note
from reference.simulators.translation import LANGUAGES, detect, translate

if TYPE_CHECKING:
    from reference.simulators.openai import OpenAI

LARGEST_BYTES = 25 * 1024 * 1024
SHORTEST_SECONDS = 0.1
FORMATS = ("json", "text", "srt", "verbose_json", "vtt")
EXTENSIONS = ("flac", "m4a", "mp3", "mp4", "mpeg", "mpga", "oga", "ogg", "wav", "webm")


async def transcribe(openai: OpenAI, request: Request, into: str | None = None) -> Response:
    """`into`: the language that speech is translated into; None: written as spoken."""
    async with request.form() as form:
        openai.require_model(form.get("model"), prefixes=("whisper", "gpt-4o"))
        upload = form.get("file")
        if not isinstance(upload, UploadFile):
            raise openai.refuse(400, "you must provide a file", param="file")
        data = await upload.read()
        filename = upload.filename or ""
        wanted = str(form.get("response_format", "json"))
        language = str(form.get("language", "")) or None
    if wanted not in FORMATS:
        raise openai.refuse(400, f"response_format must be one of {', '.join(FORMATS)}", param="response_format")
    if language is not None and language not in {code.split("-")[0] for code in LANGUAGES}:
        raise openai.refuse(
            400, f"Language '{language}' is not supported.", param="language", code="unsupported_language"
        )
    note(
        request,
        file_sha256=hashlib.sha256(data).hexdigest(),
        file_bytes=len(data),
        file_name=filename,
        language=language,
    )
    text, seconds = await run_in_threadpool(_listen, openai, data, filename)
    spoken = detect(text)[0].split("-")[0] if text else language or "en"
    if into or (language and language != spoken):
        # Told a wrong language, the real model writes a translation into it.
        text = translate(
            text, next(code for code in LANGUAGES if code.split("-")[0] == (into or language)), source=None
        )
    text = _with_wrong_words(text, openai.behaviour.wrong_words)
    openai.usage["audio_seconds"] += round(seconds)
    note(request, transcript=text, seconds=round(seconds, 2))
    return _answer(text, spoken if not into else "en", seconds, wanted, into is not None)


def _listen(openai: OpenAI, data: bytes, filename: str) -> tuple[str, float]:
    """What is said, and how long it takes. Raises RefusedError for files that the provider would not take."""
    if len(data) > LARGEST_BYTES:
        raise openai.refuse(413, f"Maximum content size limit ({LARGEST_BYTES}) exceeded ({len(data)} bytes read)")
    if filename.rpartition(".")[2].lower() not in EXTENSIONS:
        raise openai.refuse(400, f"Unrecognized file format. Supported formats: {list(EXTENSIONS)}")
    try:
        samples, rate = audio.decode(data)
    except audio.UnsupportedFormatError as error:
        raise openai.refuse(
            400, "The audio file could not be decoded or its format is not supported.", param="file"
        ) from error
    seconds = len(samples) / rate
    if seconds < SHORTEST_SECONDS:
        raise openai.refuse(
            400, f"Audio file is too short. Minimum audio length is {SHORTEST_SECONDS} seconds.", code="audio_too_short"
        )
    if openai.behaviour.fixed_transcript is not None:
        return openai.behaviour.fixed_transcript, seconds
    return speech.transcribe(samples, rate), seconds


def _with_wrong_words(text: str, share: float) -> str:
    chance = random.Random(text)  # noqa: S311
    return (
        " ".join(word[::-1] + "x" if chance.random() < share else word for word in text.split(" ")) if share else text
    )


def _answer(text: str, language: str, seconds: float, wanted: str, translated: bool) -> Response:
    if wanted == "text":
        return PlainTextResponse(text + "\n")
    if wanted in ("srt", "vtt"):
        mark = "," if wanted == "srt" else "."
        end = f"00:{int(seconds // 60):02d}:{int(seconds % 60):02d}{mark}{int(seconds % 1 * 1000):03d}"
        line = f"00:00:00{mark}000 --> {end}"
        return PlainTextResponse(f"1\n{line}\n{text}\n\n" if wanted == "srt" else f"WEBVTT\n\n{line}\n{text}\n\n")
    if wanted == "json":
        return JSONResponse({"text": text, "usage": {"type": "duration", "seconds": -int(-seconds // 1)}})
    segment: dict[str, Any] = {
        "id": 0,
        "seek": 0,
        "start": 0.0,
        "end": round(seconds, 2),
        "text": text,
        "tokens": [],
        "temperature": 0.0,
    }
    segment |= {"avg_logprob": -0.2, "compression_ratio": 1.0, "no_speech_prob": 0.0 if text else 0.99}
    full = next((name for code, name in LANGUAGES.items() if code.split("-")[0] == language), language).lower()
    task = "translate" if translated else "transcribe"
    return JSONResponse(
        {
            "task": task,
            "language": full,
            "duration": round(seconds, 2),
            "text": text,
            "segments": [segment] if text else [],
        }
    )
