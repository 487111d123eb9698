"""Translation with a cache in Redis and in PostgreSQL; languages; sentiment."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException
from pydantic import AfterValidator, BaseModel, Field

from reference.app import behaviour
from reference.app.aurastudio.accounts import Me
from reference.app.aurastudio.moods import read_mood
from reference.app.database import one
from reference.app.kernel import Services, Using
from reference.app.metrics import CACHE

router = APIRouter(prefix="/api/advanced", tags=["language"])

LANGUAGES = {
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "de": "German",
    "it": "Italian",
    "pt": "Portuguese",
    "ru": "Russian",
    "zh-CN": "Chinese (Simplified)",
    "zh-TW": "Chinese (Traditional)",
    "ja": "Japanese",
    "ko": "Korean",
    "hi": "Hindi",
    "ta": "Tamil",
    "te": "Telugu",
    "bn": "Bengali",
    "ar": "Arabic",
    "he": "Hebrew",
    "tr": "Turkish",
    "nl": "Dutch",
    "sv": "Swedish",
    "no": "Norwegian",
    "da": "Danish",
    "fi": "Finnish",
    "pl": "Polish",
    "cs": "Czech",
    "hu": "Hungarian",
    "ro": "Romanian",
    "el": "Greek",
    "th": "Thai",
    "vi": "Vietnamese",
    "id": "Indonesian",
    "fil": "Filipino",
    "ms": "Malay",
    "my": "Burmese",
    "km": "Khmer",
    "lo": "Lao",
    "asl": "American Sign Language",
}
SIGNED = {"asl"}


def _known(code: str) -> str:
    if code not in LANGUAGES or code in SIGNED:
        raise ValueError(f"unsupported language {code!r}")
    return code


Language = Annotated[str, AfterValidator(_known)]


class Translation(BaseModel):
    text: str = Field(min_length=1, max_length=10_000)
    source_language: Language = "en"
    target_language: Language
    maintain_tone: bool = True


class Sentiment(BaseModel):
    text: str = Field(min_length=1, max_length=20_000)
    audio_url: str | None = None


def cache_key(text: str, source: str, target: str) -> str:
    digest = hashlib.sha256("\0".join((text, source, target)).encode()).hexdigest()
    return f"translation:{digest}"


async def translate_text(services: Services, text: str, source: str, target: str) -> dict[str, Any]:
    """`translated_text`, `confidence_score` 0..1, `cache_hit`, `provider`. Raises ProviderError."""
    if source == target:
        return {"translated_text": text, "confidence_score": 1.0, "cache_hit": False, "provider": "none"}
    key = cache_key(text, source, target)
    known = None if behaviour.on("cache_off") else await services.cache.get(key)
    where = {"text": text, "source": source, "target": target}
    if known is None:
        async with services.database.nobody() as connection:
            kept = await one(
                connection,
                "SELECT translated_text, confidence_score FROM translation_cache"
                " WHERE source_text = %(text)s AND source_language = %(source)s AND target_language = %(target)s",
                where,
            )
        if kept:
            known = {**kept, "provider": "database"}
            await services.cache.put(key, known, services.settings.cache_ttl)
    if known is not None:
        CACHE.labels("translation", "hit").inc()
        async with services.database.nobody() as connection:
            await connection.execute(
                "UPDATE translation_cache SET cache_hits = cache_hits + 1"
                " WHERE source_text = %(text)s AND source_language = %(source)s AND target_language = %(target)s",
                where,
            )
        return {**known, "cache_hit": True}
    CACHE.labels("translation", "miss").inc()
    translated, provider = await services.providers.translate(text, source, target)
    fresh = {"translated_text": translated, "confidence_score": confidence(text, translated), "provider": provider}
    async with services.database.nobody() as connection:
        await connection.execute(
            "INSERT INTO translation_cache (source_text, source_language, target_language, translated_text,"
            " confidence_score) VALUES (%(text)s, %(source)s, %(target)s, %(translated_text)s, %(confidence_score)s) ON"
            " CONFLICT DO NOTHING",
            {**where, **fresh},
        )
    await services.cache.put(key, fresh, services.settings.cache_ttl)
    return {**fresh, "cache_hit": False}


def confidence(text: str, translated: str) -> float:
    """How plausible a translation looks from outside: of similar length, and not the text itself."""
    shorter, longer = sorted((len(text), max(len(translated), 1)))
    return round((0.5 if text.strip() == translated.strip() else 1.0) * (0.6 + 0.4 * shorter / longer), 3)


@router.post("/translate")
async def translate(services: Using, me: Me, body: Translation) -> dict[str, Any]:
    answer = await translate_text(services, body.text, body.source_language, body.target_language)
    return {
        "original_text": body.text,
        "source_language": body.source_language,
        "target_language": body.target_language,
        **answer,
    }


@router.get("/languages")
async def languages(me: Me) -> dict[str, Any]:
    return {"supported_languages": LANGUAGES, "total_count": len(LANGUAGES)}


@router.post("/analyze-sentiment")
async def sentiment(me: Me, body: Sentiment) -> dict[str, Any]:
    if body.audio_url:
        raise HTTPException(422, "Send the transcript as text: audio is transcribed by speech-to-speech")
    mood = read_mood(body.text)
    return {
        "sentiment": mood.sentiment,
        "sentiment_score": mood.score,
        "emotions_detected": mood.emotions,
        "overall_mood": mood.overall,
    }
