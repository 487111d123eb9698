"""What goes wrong when many speak at once: too few interpreters, one at a time, one buffer for all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import HTTPException

from reference.app import behaviour

SLOW_SECONDS = 1.5
"""How long the only interpreter takes from one speaker to the next who waits."""
_one = asyncio.Lock()
_busy: set[asyncio.Task[Any] | None] = set()
_said: dict[asyncio.Task[Any] | None, str] = {}


@asynccontextmanager
async def interpreter() -> AsyncIterator[None]:
    """A place among those who are answered. Raises HTTPException (503) where a defect leaves none."""
    most, speaker = int(behaviour.number("speech_workers")), asyncio.current_task()
    if most and len(_busy) >= most:
        raise HTTPException(503, "All interpreters are busy")
    _busy.add(speaker)
    try:
        if behaviour.on("speech_one_at_a_time"):
            waits = _one.locked()
            async with _one:
                await asyncio.sleep(SLOW_SECONDS if waits else 0)
                yield
        else:
            yield
    finally:
        _busy.discard(speaker)
        _said.pop(speaker, None)


def to_be_said(translated: str) -> str:
    """The session's own words; by a defect, those that somebody else is being told."""
    speaker = asyncio.current_task()
    _said[speaker] = translated
    others = [text for one, text in _said.items() if one is not speaker]
    return others[-1] if others and behaviour.on("speech_shared_buffer") else translated


def claimed(seconds: float) -> float:
    """ms to the first sound as the answer tells them."""
    return behaviour.number("speech_claims_ms") or round(seconds * 1000, 1)
