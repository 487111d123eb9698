"""Guessing is stopped: failures are counted for an account and for an address, over all instances."""

from __future__ import annotations

import hashlib

from fastapi import HTTPException
from redis.exceptions import RedisError

from reference.app import behaviour
from reference.app.kernel import Services

GUESSES = 10
"""Failures for one account, or from one address, since the first in a window, after which there is no more signing in,
not even with the right password; the same for refresh tokens that are none."""


def named(text: str) -> str:
    """What is counted, without telling it."""
    return hashlib.sha256(text.lower().encode()).hexdigest()[:24]


def of_sign_in(email: str, origin: str) -> list[str]:
    """What a failure to sign in is counted for."""
    return [f"guess:{named(email)}", f"guess_from:{named(origin)}"]


async def stop(services: Services, names: list[str]) -> None:
    """429 when one of these has been guessed wrong too often."""
    if behaviour.on("guesses_unlimited"):
        return
    try:
        waits = [await services.cache.waiting(name, GUESSES) for name in names]
    except RedisError:
        return
    if any(waits):
        raise HTTPException(429, "Too many attempts", {"Retry-After": str(max(waits))})


async def note(services: Services, names: list[str]) -> None:
    try:
        for name in names:
            await services.cache.mark(name, services.settings.guess_window_seconds)
    except RedisError:
        return
