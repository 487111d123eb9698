"""Log-out: token ids in Redis, seen by all instances, and in PostgreSQL, for when Redis is away or has lost them."""

from __future__ import annotations

import contextlib
import hashlib
import time
from typing import Any

from redis.exceptions import RedisError

from reference.app import behaviour
from reference.app.cache import Cache
from reference.app.database import Database, one


class Sessions:
    def __init__(self, cache: Cache, database: Database) -> None:
        self.cache = cache
        self.database = database

    async def end(self, claims: dict[str, Any]) -> bool:
        """True when this call ended it, False when it had ended before: a refresh token is used once."""
        return await self._end(claims["jti"], int(claims["exp"]))

    async def end_all_of(self, subject: str, longest_seconds: int) -> None:
        """End every session of a user: the account is gone or its password changed hands."""
        await self._end(f"user:{subject}", int(time.time()) + longest_seconds)

    async def end_before_password(self, subject: str, former: str, longest_seconds: int) -> None:
        """Refuse the tokens that were given for the password whose hash is `former`."""
        if not behaviour.on("password_keeps_sessions"):
            await self._end(_epoch(subject, epoch_of(former)), int(time.time()) + longest_seconds)

    async def end_family(self, claims: dict[str, Any], longest_seconds: int) -> None:
        """End all that came of one signing in."""
        if family := claims.get("family"):
            await self._end(f"family:{family}", int(time.time()) + longest_seconds)

    async def change_role(self, subject: str, before: str, after: str, longest_seconds: int) -> None:
        """Refuse tokens that say the role before; those that say the role after are good (again)."""
        again = _role(subject, after)
        async with self.database.nobody() as connection:
            await connection.execute("DELETE FROM revoked_tokens WHERE jti = %s", (again,))
        with contextlib.suppress(RedisError):
            await self.cache.admit_again(again)
        await self._end(_role(subject, before), int(time.time()) + longest_seconds)

    async def suspend(self, tenant: str, longest_seconds: int) -> None:
        """Refuse the tokens of all of a tenant's people, until it is admitted again."""
        await self._end(f"tenant:{tenant}", int(time.time()) + longest_seconds)

    async def admit(self, tenant: str) -> None:
        """Take a tenant's suspension back."""
        async with self.database.nobody() as connection:
            await connection.execute("DELETE FROM revoked_tokens WHERE jti = %s", (f"tenant:{tenant}",))
        with contextlib.suppress(RedisError):
            await self.cache.admit_again(f"tenant:{tenant}")

    async def _end(self, name: str, until: int) -> bool:
        async with self.database.nobody() as connection:
            ended = await one(
                connection,
                "INSERT INTO revoked_tokens (jti, expires_at) VALUES (%s, to_timestamp(%s)) ON CONFLICT DO NOTHING"
                " RETURNING jti",
                (name, until),
            )
        with contextlib.suppress(RedisError):
            await self.cache.revoke(name, until - int(time.time()))
        return ended is not None

    async def ended(self, claims: dict[str, Any]) -> bool:
        """Raises psycopg.Error when neither store can tell."""
        if behaviour.on("no_logout_revocation"):
            return False
        names = [claims["jti"], f"user:{claims['sub']}", _role(claims["sub"], claims.get("role"))]
        if not (claims["type"] == "refresh" and behaviour.on("password_keeps_refresh")):
            names += [_epoch(claims["sub"], claims["epoch"])] if claims.get("epoch") else []
        names += [f"tenant:{claims['org_id']}"] if claims.get("org_id") else []
        names += [f"family:{claims['family']}"] if claims.get("family") else []
        try:
            return await self.cache.is_revoked(names)
        except RedisError:
            async with self.database.nobody() as connection:
                return (
                    await one(connection, "SELECT 1 AS found FROM revoked_tokens WHERE jti = ANY(%s)", (names,))
                    is not None
                )


def epoch_of(stored: str) -> str:
    """Names the time of a password by its salted hash, without telling it; tokens of that time carry it."""
    return hashlib.sha256(b"epoch:" + stored.encode()).hexdigest()[:12]


def _epoch(subject: str, epoch: str) -> str:
    return f"epoch:{subject}:{epoch}"


def _role(subject: str, role: str | None) -> str:
    return f"role:{subject}:{role}"
