"""Whether customers were told: all of them, in time, of the time at which it really happens. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::\d\d)?\s*(Z\b|UTC\b|GMT\b|[+-]\d\d:\d\d|[A-Z][A-Za-z]+/[A-Za-z_]+)?"
)
NEAR = timedelta(hours=1)
"""A single moment that a mail gives is about one within an hour of it."""


def untold(contacts: Mapping[str, Collection[str]], recipients: Collection[str]) -> list[str]:
    """The tenants none of whose contacts a mail went to; `contacts`: tenant to addresses in lower case."""
    return sorted(tenant for tenant, who in contacts.items() if not set(who) & set(recipients))


def unreached(contacts: Mapping[str, Collection[str]], recipients: Mapping[str, bool]) -> list[str]:
    """The tenants none of whose contacts got it; `recipients`: address to whether it was delivered."""
    return untold(contacts, [address for address, delivered in recipients.items() if delivered])


def announced(text: str) -> list[datetime]:
    """The moments that a text gives, in UTC; one without a zone, or with one that nobody knows, is left out."""
    found = []
    for day, hour, zone in _MOMENT.findall(text):
        if not zone:
            continue
        local = datetime.fromisoformat(f"{day}T{hour}")
        if zone in ("Z", "UTC", "GMT"):
            found.append(local.replace(tzinfo=UTC))
        elif zone[0] in "+-":
            found.append(datetime.fromisoformat(f"{day}T{hour}{zone}").astimezone(UTC))
        else:
            try:
                found.append(local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC))
            except (ZoneInfoNotFoundError, ValueError):
                continue
    return found


def time_problem(moments: Collection[datetime], at: datetime) -> str:
    """Why what was announced is not when it happened, or nothing."""
    if not moments:
        return "says no time with its zone"
    first, last = min(moments), max(moments)
    if len(moments) == 1:
        first, last = first - NEAR, last + NEAR
    if first <= at <= last:
        return ""
    return f"announces {min(moments):%d %b %H:%M} to {max(moments):%d %b %H:%M}Z, it was deployed at {at:%d %b %H:%M}Z"
