"""Redis: values with a time to live, log-out by token id, request counts over all instances, the worker's heartbeat."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ConstantBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ReadOnlyError, RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

HEARTBEAT_KEY = "celery:heartbeat"


@dataclass(frozen=True)
class Quota:
    limit: int
    remaining: int
    reset_seconds: int

    @property
    def headers(self) -> dict[str, str]:
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(max(self.remaining, 0)),
            "X-RateLimit-Reset": str(int(time.time()) + self.reset_seconds),
        }


def connect(url: str) -> Redis:
    """A client that tries once more on a fresh connection: after a fail-over the old one ends or is read-only."""
    return Redis.from_url(
        url,
        decode_responses=True,
        socket_timeout=2,
        socket_connect_timeout=2,
        health_check_interval=15,
        max_connections=50,
        retry=Retry(ConstantBackoff(0.05), 1),
        retry_on_error=[ReadOnlyError, RedisConnectionError, RedisTimeoutError],
    )


class Cache:
    def __init__(self, url: str, broker_url: str) -> None:
        self.redis = connect(url)
        self.broker = connect(broker_url) if broker_url else None

    async def close(self) -> None:
        await self.redis.aclose()
        if self.broker:
            await self.broker.aclose()

    async def get(self, key: str) -> Any | None:
        """The value, or None when it is absent or Redis is away: a cache may be lost, its answer may not be awaited."""
        try:
            found = await self.redis.get(key)
        except RedisError:
            return None
        return None if found is None else json.loads(found)

    async def put(self, key: str, value: Any, seconds: int) -> None:
        try:
            await self.redis.set(key, json.dumps(value, default=str), ex=seconds)
        except RedisError:
            return

    async def forget(self, key: str) -> None:
        try:
            await self.redis.delete(key)
        except RedisError:
            return

    async def revoke(self, token_id: str, seconds: int) -> None:
        """Raises RedisError."""
        await self.redis.set(f"revoked:{token_id}", "1", ex=max(seconds, 1))

    async def is_revoked(self, names: list[str]) -> bool:
        """Whether any of these was revoked. Raises RedisError."""
        return bool(await self.redis.exists(*(f"revoked:{name}" for name in names)))

    async def count(self, key: str, limit: int, seconds: int = 60) -> Quota:
        """Count one request in the current window, shared by all instances. Raises RedisError."""
        now = int(time.time())
        window = now - now % seconds
        name = f"rate_limit:{key}:{window}"
        async with self.redis.pipeline(transaction=True) as pipeline:
            pipeline.incr(name)
            pipeline.expire(name, seconds + 60)
            used = (await pipeline.execute())[0]
        return Quota(limit, limit - int(used), window + seconds - now)

    async def heartbeat(self) -> dict[str, Any] | None:
        """The worker's newest heartbeat: sent (by beat), handled (by the worker), worker. Raises RedisError."""
        if self.broker is None:
            return None
        found = await self.broker.get(HEARTBEAT_KEY)
        return None if found is None else json.loads(found)

    async def role(self) -> str:
        """`master` or `slave`. Raises RedisError."""
        await self.redis.ping()
        found = await self.redis.info("replication")
        return str(found["role"])
