"""Redis: values with a time to live, log-out by token id, request counts over all instances, the worker's heartbeat."""

from __future__ import annotations

import json
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import ConstantBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ReadOnlyError, RedisError

from reference.app import behaviour

HEARTBEAT_KEY = "celery:heartbeat"
POOL_SIZE = 20
"""Connections of one process to Redis at most; a request waits `POOL_WAIT` seconds for one, then does without."""
POOL_WAIT = 1.0
TIMEOUT = 1.0
ROOMS = 200


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


def connect(url: str, name: str, size: int = POOL_SIZE, wait: float | None = POOL_WAIT) -> Redis:
    """A client that tries once more on a fresh connection: after a fail-over the old one ends or is read-only.

    What took too long is not tried again: the caller has waited enough. `wait` None waits for ever, as no caller may.
    """
    again = (ReadOnlyError, RedisConnectionError)
    pool = BlockingConnectionPool.from_url(
        url,
        decode_responses=True,
        socket_timeout=None if wait is None else TIMEOUT,
        socket_connect_timeout=TIMEOUT,
        health_check_interval=15,
        client_name=name,
        max_connections=size,
        timeout=wait,
        retry=Retry(ConstantBackoff(0.05), 1, supported_errors=again),
        retry_on_error=list(again),
    )
    return Redis.from_pool(pool)


class Cache:
    def __init__(self, url: str, broker_url: str, name: str) -> None:
        self.url, self.name = url, name
        self.own = connect(url, name)
        self.listening = connect(url, f"{name}-rooms", ROOMS)
        """For subscriptions: each holds its connection as long as somebody listens."""
        self.broker = connect(broker_url, name) if broker_url else None
        self.counted: Counter[str] = Counter()
        """Requests counted in this process, for the switch that has each process count for itself."""
        self.misled: dict[str, Redis] = {}
        self.leaked: list[Redis] = []

    @property
    def redis(self) -> Redis:
        """The pool; or what a switch of `behaviour` has in its place."""
        if not behaviour.any_set():
            return self.own
        if address := behaviour.value("redis_pinned"):
            return self._other(f"pinned {address}", str(address))
        if behaviour.on("redis_unverified"):
            url = f"{self.url.partition('?')[0]}?ssl_cert_reqs=none&ssl_check_hostname=false"
            return self._other("unverified", url)
        if behaviour.on("redis_pool_waits"):
            return self._other("waits", self.url, 2, None)
        if behaviour.on("redis_connection_per_request"):
            client = connect(self.url, self.name, 1)
            self.leaked.append(client)
            return client
        return self.own

    def _other(self, word: str, url: str, size: int = POOL_SIZE, wait: float | None = POOL_WAIT) -> Redis:
        if word not in self.misled:
            self.misled[word] = connect(url, self.name, size, wait)
        return self.misled[word]

    async def close(self) -> None:
        for client in (self.own, self.listening, self.broker, *self.misled.values(), *self.leaked):
            if client:
                await client.aclose()

    async def get(self, key: str) -> Any | None:
        """The value, or None when it is absent or Redis is away: a cache may be lost, its answer may not be awaited."""
        try:
            found = await self.redis.get(key)
        except RedisError:
            return None
        return None if found is None else json.loads(found)

    async def put(self, key: str, value: Any, seconds: int) -> None:
        family = key.partition(":")[0]
        forever = behaviour.on(f"cache_without_expiry:{family}")
        if behaviour.on(f"cache_update_without_expiry:{family}"):
            forever = bool(await self.redis.exists(key))
        try:
            await self.redis.set(key, json.dumps(value, default=str), ex=None if forever else seconds)
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

    async def admit_again(self, token_id: str) -> None:
        """Raises RedisError."""
        await self.redis.delete(f"revoked:{token_id}")

    async def is_revoked(self, names: list[str]) -> bool:
        """Whether any of these was revoked. Raises RedisError."""
        return bool(await self.redis.exists(*(f"revoked:{name}" for name in names)))

    async def count(self, key: str, limit: int, seconds: int = 60) -> Quota:
        """Count one request in the current window, shared by all instances. Raises RedisError."""
        now = int(time.time())
        window = now - now % seconds
        name = f"rate_limit:{key}:{window}"
        if behaviour.on("rate_limit_off"):
            return Quota(limit, limit, window + seconds - now)
        if behaviour.on("rate_limit_by_process"):
            self.counted[name] += 1
            return Quota(limit, limit - self.counted[name], window + seconds - now)
        async with self.redis.pipeline(transaction=True) as pipeline:
            pipeline.incr(name)
            pipeline.expire(name, seconds + 60)
            used = (await pipeline.execute())[0]
        return Quota(limit, limit - int(used), window + seconds - now)

    async def forget_counts(self, key: str, seconds: int = 60) -> None:
        """Forget what was counted in the windows that are still kept. Raises RedisError."""
        now = int(time.time())
        window = now - now % seconds
        await self.redis.delete(*(f"rate_limit:{key}:{window - n * seconds}" for n in range(3)))

    async def mark(self, key: str, seconds: int) -> None:
        """Count one more since the first, which is forgotten with all others after the seconds. Raises RedisError."""
        if behaviour.on("guesses_by_process"):
            self.counted[key] += 1
            return
        if await self.redis.incr(f"marks:{key}") == 1:
            await self.redis.expire(f"marks:{key}", seconds)

    async def waiting(self, key: str, limit: int) -> int:
        """Seconds until marks of which there are `limit` are forgotten; 0 when there are fewer. Raises RedisError."""
        if behaviour.on("guesses_by_process"):
            return 0 if self.counted[key] < limit else 5
        if int(await self.redis.get(f"marks:{key}") or 0) < limit:
            return 0
        return max(1, int(await self.redis.ttl(f"marks:{key}")))

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
