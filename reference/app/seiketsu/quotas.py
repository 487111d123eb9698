"""What a plan allows an organisation, and how much of it is used. Over it the answer is 402, with the quota's name.

Whoever adds to what is counted holds the organisation's row until it is added, so that two at once can't both be last.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from fastapi import HTTPException

from reference.app import behaviour
from reference.app.database import Connection, Row, one
from reference.app.seiketsu.tenancy import found

COLUMNS = {
    "users": "max_users",
    "voice_agents": "max_voice_agents",
    "conversations": "max_conversations_per_month",
    "voice_minutes": "max_voice_minutes_per_month",
}
OF_PLAN = {
    "starter": {"users": 10, "voice_agents": 5, "conversations": 1000, "voice_minutes": 500},
    "professional": {"users": 50, "voice_agents": 50, "conversations": 10_000, "voice_minutes": 5000},
    "enterprise": {"users": 500, "voice_agents": 500, "conversations": 1_000_000, "voice_minutes": 100_000},
    "custom": {"users": 500, "voice_agents": 500, "conversations": 1_000_000, "voice_minutes": 100_000},
}
_USED = {
    "users": "SELECT count(*) FROM users WHERE organization_id = %(org)s AND is_active",
    "voice_agents": "SELECT count(*) FROM voice_agents WHERE organization_id = %(org)s",
    "conversations": "SELECT count(*) FROM conversations WHERE organization_id = %(org)s AND started_at >= %(since)s",
    "voice_minutes": "SELECT coalesce(sum(duration_seconds), 0) / 60 FROM conversations WHERE organization_id = %(org)s"
    " AND started_at >= %(since)s",
}


async def used(connection: Connection, organization: UUID) -> Row:
    """By quota, how much of it is used; what is counted a month begins anew with the month."""
    counts = ", ".join(f"({statement})::int AS {name}" for name, statement in _USED.items())
    return found(await one(connection, f"SELECT {counts}", {"org": organization, "since": _since()}))


def _since() -> datetime:
    """When the month began, in UTC."""
    now = datetime.now(UTC)
    first = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return first - timedelta(days=3650) if behaviour.on("quota_of_all_time") else first


async def within(connection: Connection, organization: UUID, *names: str) -> None:
    """Raises HTTPException 402 where a quota is used up. Holds the organisation until the transaction ends."""
    unlocked = behaviour.on("quota_unlocked")
    row = found(
        await one(
            connection,
            f"SELECT {', '.join(COLUMNS.values())} FROM organizations WHERE id = %s"
            + ("" if unlocked else " FOR NO KEY UPDATE"),
            (organization,),
        )
    )
    for name in names:
        if name in (behaviour.value("quotas_ignored") or ()):
            continue
        values = {"org": organization, "since": _since()}
        count = found(await one(connection, f"SELECT ({_USED[name]})::int AS n", values))["n"]
        if count >= row[COLUMNS[name]]:
            detail = f"The plan's quota of {name.replace('_', ' ')} is used up: {count} of {row[COLUMNS[name]]}"
            raise HTTPException(402, {"message": detail, "quota": name})
    if unlocked:
        await asyncio.sleep(0.1)


async def allocate(connection: Connection, organization: UUID, quotas: dict[str, Any]) -> None:
    """Write quotas to the organisation. Names are those of COLUMNS."""
    if quotas:
        fields = ", ".join(f"{COLUMNS[name]} = %({name})s" for name in quotas)
        await connection.execute(
            f"UPDATE organizations SET {fields}, updated_at = now() WHERE id = %(org)s",
            {**quotas, "org": organization},
        )
