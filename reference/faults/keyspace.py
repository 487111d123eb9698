"""Keys that stay for ever, and a queue that is evicted from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from uuid import uuid4

import httpx

from reference.faults import fault
from reference.schema.canaries import ORGANIZATIONS

if TYPE_CHECKING:
    from reference.deployment import Deployment

LINE = "SEI-1.1.1.4.3"
SWITCHES = [
    "app:seiketsu-1:behaviour:cache", "app:seiketsu-2:behaviour:cache", "redis:seiketsu:audio",
    "provider:elevenlabs",  # something is said while they are on
]  # fmt: skip


def _speak(deployment: Deployment, times: int) -> None:
    """Have the product say something that nobody has said, so that its own writer writes. Raises httpx.HTTPError."""
    settings, organization = deployment.settings, ORGANIZATIONS[0]
    user = next(user for user in organization.users if user.role == "agent")
    agent, text = str(organization.row_id("voice_agents")), f"A sentence of its own, {uuid4().hex}."
    with httpx.Client(
        base_url=settings.products["seiketsu"].instances[0].url,
        timeout=15,
        trust_env=False,
        verify=False,  # noqa: S501
    ) as client:
        login = {"email": user.email, "password": settings.secret(user.secret)}
        token = client.post("/api/v1/auth/login", json=login).raise_for_status().json()["access_token"]
        body = {"text": text, "voice_agent_id": agent, "format": "mp3", "language": "en"}
        for _ in range(times):
            headers = {"Authorization": f"Bearer {token}"}
            client.post("/api/v1/voice/synthesize", json=body, headers=headers).raise_for_status()


@contextmanager
def _written(deployment: Deployment, switches: list[str], times: int) -> Iterator[None]:
    """Inside the block stands what the product wrote with the switches on; they are off again."""
    deployment.behave("seiketsu", dict.fromkeys(switches, True))
    try:
        _speak(deployment, times)
    finally:
        deployment.behave("seiketsu", dict.fromkeys(switches, False))
    try:
        yield
    finally:
        with deployment.redis(deployment.settings.products["seiketsu"].cache_database) as cache:
            for key in cache.scan_iter("audio:*", count=500):
                if cache.ttl(key) == -1:
                    cache.delete(key)


@fault(
    name="sei-cache-audio-never-expires",
    breaks="spoken answers are cached without an end",
    fails=[LINE],
    message=r"unexpiring keys is 1.*1 keys audio:",
    touches=SWITCHES,
)
def audio_never_expires(deployment: Deployment) -> Iterator[None]:
    with _written(deployment, ["cache_without_expiry:audio"], 1):
        yield


@fault(
    name="sei-cache-audio-update-loses-expiry",
    breaks="a cached answer has an end when it is made, and loses it when it is written again",
    fails=[LINE],
    message=r"unexpiring keys is 1.*1 keys audio:",
    touches=SWITCHES,
    hard=True,
)
def audio_update_loses_expiry(deployment: Deployment) -> Iterator[None]:
    with _written(deployment, ["cache_update_without_expiry:audio", "cache_off"], 2):
        yield


@fault(
    name="sei-queue-is-evicted",
    breaks="the queue's Redis drops jobs when memory runs out, as the cache's does",
    fails=[LINE],
    message=r"broker .*broker eviction is allkeys-lru",
    touches=["redis:queue:policy"],
    hard=True,
)
def queue_is_evicted(deployment: Deployment) -> Iterator[None]:
    with deployment.queue() as queue:
        queue.config_set("maxmemory-policy", "allkeys-lru")
        try:
            yield
        finally:
            queue.config_set("maxmemory-policy", "noeviction")
