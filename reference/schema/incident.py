"""Calls that failed in the incident of some days ago, as the platform's own analytics tell of its tenants."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from reference.schema.canaries import INCIDENT_CALLS, INCIDENT_DAYS, ORGANIZATIONS, SMALL, stable_id

EVENT = "call_failed"
FIRST, APART = timedelta(minutes=6), timedelta(minutes=4)
"""After the beginning of the incident, and between two calls of a tenant."""


def failed_calls(now: datetime) -> list[tuple[UUID, dict[str, Any], datetime]]:
    """Id, properties and time of each event."""
    begun = now - timedelta(days=INCIDENT_DAYS, hours=3)
    ids = {each.slug: each.id for each in (*ORGANIZATIONS, SMALL)}
    return [
        (stable_id("seiketsu", slug, EVENT, str(n)), {"organization": str(ids[slug])}, begun + FIRST + n * APART)
        for slug, count in INCIDENT_CALLS.items()
        for n in range(count)
    ]
