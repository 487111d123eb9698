"""An account and everything of it taken away from each store: rows, objects, vectors, counts."""

from __future__ import annotations

import contextlib
from typing import Any
from uuid import UUID

from fastapi import Request
from psycopg import sql
from redis.exceptions import RedisError

from reference.app import behaviour
from reference.app.aurastudio.accounts import audit
from reference.app.database import Connection
from reference.app.kernel import Services
from reference.app.providers import ProviderError

TABLES = (
    "feedback",
    "studio_records",
    "asset_vault",
    "export_jobs",
    "projects",
    "actor_dna",
    "effect_library",
    "persona_sync",
    "conversation_history",
)


async def erase(services: Services, request: Request, user: UUID) -> dict[str, Any]:
    """What was taken away, by store; the audit trail keeps that it happened."""
    objects = await _objects(services, user)
    vectors = await _vectors(services, user)
    async with services.database.owner(user) as connection:
        await _rows(connection, user)
        await audit(connection, request, user, "account.delete", "account", user, objects=objects)
    await services.sessions.end_all_of(str(user), services.settings.refresh_seconds)
    with contextlib.suppress(RedisError):
        if not behaviour.on("deletion_keeps:cache"):
            await services.cache.forget_counts(f"{user}:api", services.settings.rate_window_seconds)
    return {"deleted": user, "objects": objects, "vectors": vectors}


async def _rows(connection: Connection, user: UUID) -> None:
    if behaviour.on("deletion_marks"):
        await connection.execute("UPDATE user_profiles SET deleted_at = now() WHERE id = %s", (user,))
    elif behaviour.on("deletion_keeps:memories"):
        for table in TABLES:
            remove = sql.SQL("DELETE FROM {} WHERE user_id = %s").format(sql.Identifier(table))
            await connection.execute(remove, (user,))
        nobody = (
            "UPDATE user_profiles SET deleted_at = now(), name = 'gone', email = md5(email) || '@gone' WHERE id = %s"
        )
        await connection.execute(nobody, (user,))
    else:
        await connection.execute("DELETE FROM user_profiles WHERE id = %s", (user,))


async def _objects(services: Services, user: UUID) -> int:
    if behaviour.on("deletion_keeps:versions"):
        return await services.objects.delete_below(f"users/{user}/")
    return await services.objects.erase_below(f"users/{user}/")


async def _vectors(services: Services, user: UUID) -> str:
    if not services.settings.pinecone_index or behaviour.on("deletion_keeps:vectors"):
        return "none"
    try:
        await services.providers.vectors("vectors/delete", {"namespace": str(user), "deleteAll": True})
    except ProviderError as error:
        if error.status == 404:
            return "none"
        raise
    return "deleted"
