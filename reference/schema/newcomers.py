"""Organisations that set themselves up since the launch, as the platform's own analytics tell of them.

Sixty began before yesterday, two of whom never got through and one of whom began twice; three are of the platform's own
people, and twelve have come since this release was rolled out. They have no tenant in this deployment.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from reference.schema.canaries import stable_id

STEPS = {"started": 0, "payment": 3, "ready": 5, "data": 21, "call": 44}
"""Minutes after the beginning."""
BEFORE, LATELY, INTERNAL = range(60), range(60, 72), range(72, 75)
ENDED_AFTER = {17: "started", 41: "ready"}
"""Those who stayed behind, and the last step that they took."""
AGAIN = 5


def organization(number: int) -> UUID:
    return stable_id("seiketsu", "newcomer", str(number))


def way(number: int) -> str:
    """How they come: a third by their own sign-in and with leads of another product."""
    return "sso" if number % 3 == 0 else "form"


def begun(number: int, now: datetime) -> datetime:
    if number in LATELY:
        return now - timedelta(minutes=90 + 20 * (number - LATELY.start))
    return now - timedelta(hours=26 + 7.4 * (number % len(BEFORE)))


def event_id(number: int, step: str, attempt: int = 1) -> UUID:
    return stable_id("seiketsu", "newcomer", str(number), step, str(attempt))


def events(now: datetime) -> list[tuple[UUID, dict[str, Any], datetime]]:
    """Id, properties and time of each event."""
    found = []
    for number in (*BEFORE, *LATELY, *INTERNAL):
        for step, minutes in STEPS.items():
            at = begun(number, now) + timedelta(minutes=minutes)
            found.append((event_id(number, step), properties(number, step), at))
            if ENDED_AFTER.get(number) == step or number in INTERNAL:
                break
    again = begun(AGAIN, now) - timedelta(minutes=8)
    return [*found, (event_id(AGAIN, "started", 2), properties(AGAIN, "started"), again)]


def properties(number: int, step: str) -> dict[str, Any]:
    return {
        "organization": str(organization(number)),
        "step": step,
        "internal": number in INTERNAL,
        "way": way(number),
    }
