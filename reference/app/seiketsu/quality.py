"""Quality of synthesised speech, measured on the sound itself: clipping, silence and length."""

from __future__ import annotations

import asyncio
import io
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from reference.app import behaviour
from reference.app.kernel import Using
from reference.app.providers import ProviderError
from reference.app.seiketsu.tenancy import Writer
from reference.app.seiketsu.turns import agent_of, sound

router = APIRouter(prefix="/api/v1/voice/streaming/quality", tags=["voice"])

CLIPPED, SILENT = 0.999, 0.01
SHORTEST_SECONDS_PER_CHARACTER = 0.02


class Order(BaseModel):
    texts: list[Annotated[str, Field(min_length=1, max_length=2000)]] = Field(default_factory=list, max_length=50)
    text: str | None = Field(None, min_length=1, max_length=2000)
    voice_agent_id: UUID
    quality_threshold: float = Field(0.9, ge=0, le=1)


def measure(audio: bytes, text: str) -> dict[str, float]:
    """`quality_score` 0..1, `duration_seconds`, and the shares of clipped and silent samples. Raises ValueError."""
    import numpy
    import soundfile

    try:
        samples, rate = soundfile.read(io.BytesIO(audio), dtype="float32", always_2d=True)
    except RuntimeError:
        raise ValueError("not audio") from None
    level = numpy.abs(samples.mean(axis=1))
    seconds = len(level) / rate
    clipped, silent = (float((level > CLIPPED).mean()), float((level < SILENT).mean())) if len(level) else (0.0, 1.0)
    long_enough = min(1.0, seconds / (SHORTEST_SECONDS_PER_CHARACTER * len(text)))
    score = long_enough * (1 - min(1.0, 10 * clipped)) * (1 - max(0.0, silent - 0.5))
    return {
        "quality_score": round(score, 3),
        "duration_seconds": round(seconds, 2),
        "clipped_share": round(clipped, 4),
        "silent_share": round(silent, 4),
    }


async def told(audio: bytes, text: str) -> float:
    """The score that an answer with speech tells of itself."""
    if behaviour.number("quality_constant"):
        return behaviour.number("quality_constant")
    try:
        return (await asyncio.to_thread(measure, audio, text))["quality_score"]
    except ValueError:
        return 0.0


@router.post("/analyze")
async def analyze(services: Using, caller: Writer, body: Order) -> dict[str, Any]:
    agent = await agent_of(services, caller, body.voice_agent_id)
    results: list[dict[str, Any]] = []
    for text in body.texts or [body.text or agent["greeting"]]:
        try:
            audio = b"".join([chunk async for chunk, _ in sound(services, caller, agent, text)])
            measured = await asyncio.to_thread(measure, audio, text)
        except (ProviderError, ValueError) as error:
            results.append({"text": text, "quality_score": 0.0, "passed": False, "error": str(error)})
            continue
        results.append({"text": text, **measured, "passed": measured["quality_score"] >= body.quality_threshold})
    mean = sum(result["quality_score"] for result in results) / len(results)
    return {"results": results, "quality_score": round(mean, 3), "threshold": body.quality_threshold}
