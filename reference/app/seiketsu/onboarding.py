"""Events of how newcomers get on, kept among the platform's own analytics: they tell of others.

`started` when it is asked for, `payment` when its plan is booked, `ready` when it can work, `data` with its first lead
and `call` with its first call. What nobody pays for is `internal`, and its events go when it does.
"""

from __future__ import annotations

import json
from uuid import UUID

import psycopg

from reference.app import behaviour
from reference.app.database import UNAVAILABLE, one
from reference.app.kernel import Services

EVENT = "onboarding"
RESERVED = (".example", ".invalid", ".test", "@example.com", "@example.org", "@example.net")
"""Ends of addresses that are nobody's (RFC 2606)."""
_done: set[tuple[UUID, str]] = set()
_MOST = 10_000


def is_internal(email: str | None, synthetic: bool = False) -> bool:
    return synthetic or email is None or email.lower().endswith(RESERVED)


async def started(services: Services, organization: UUID, internal: bool) -> None:
    properties = {"organization": str(organization), "step": "started", "internal": internal}
    await _write(
        services,
        "INSERT INTO analytics_events (organization_id, event_type, properties) VALUES (%(platform)s, %(event)s,"
        " %(properties)s::text::jsonb)",
        properties=json.dumps(properties),
    )


async def reached(services: Services, organization: UUID, step: str) -> None:
    """Write a step, once, of an organisation whose beginning is known. Each process asks once for each."""
    if (organization, step) in _done:
        return
    if len(_done) > _MOST:
        _done.clear()
    _done.add((organization, step))
    await _write(
        services,
        "INSERT INTO analytics_events (organization_id, event_type, properties)"
        " SELECT organization_id, event_type, properties || jsonb_build_object('step', %(step)s::text)"
        " FROM analytics_events WHERE organization_id = %(platform)s AND event_type = %(event)s"
        " AND properties->>'organization' = %(of)s AND properties->>'step' = 'started' AND NOT EXISTS (SELECT FROM"
        " analytics_events WHERE organization_id = %(platform)s AND event_type = %(event)s"
        " AND properties->>'organization' = %(of)s AND properties->>'step' = %(step)s) ORDER BY created_at LIMIT 1",
        of=str(organization), step=step,
    )  # fmt: skip


async def forget(services: Services, organization: UUID) -> None:
    """What is internal leaves no trace in the figures."""
    await _write(
        services,
        "DELETE FROM analytics_events WHERE organization_id = %(platform)s AND event_type = %(event)s"
        " AND properties->>'organization' = %(of)s AND (properties->>'internal')::boolean",
        of=str(organization),
    )


async def _write(services: Services, statement: str, **values: str) -> None:
    """Figures are no reason to fail for: without a database, somebody begins whom nobody counts."""
    if behaviour.on("onboarding_untold"):
        return
    try:
        async with services.database.nobody() as connection:
            platform = await one(connection, "SELECT find_organization('platform') AS id")
        if platform and platform["id"]:
            async with services.database.owner(platform["id"]) as connection:
                await connection.execute(statement, {"platform": platform["id"], "event": EVENT, **values})
    except (*UNAVAILABLE, psycopg.Error) as error:
        services.log.warning("onboarding_untold", reason=type(error).__name__)
