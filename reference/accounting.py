"""What tenants used on whole days, as both the product's own table and the payment provider have it.

Made of the tenant and the day, so that a simulator that starts anew and a database that was seeded agree.
"""

from __future__ import annotations

import hashlib
from datetime import date
from uuid import UUID

VOICE_SECONDS = "voice_seconds"
"""What is metered: seconds of calls."""
CENTS_A_SECOND = "0.25"


def used(tenant: UUID, day: date) -> int:
    """Seconds of calls of a tenant on a day, UTC."""
    return 600 + _drawn(f"used/{tenant}/{day}") % 900


def charged(tenant: UUID, day: date) -> int:
    """Cents that were collected from a tenant on a day, UTC."""
    return 14_000 + _drawn(f"charged/{tenant}/{day}") % 900


def _drawn(word: str) -> int:
    return int.from_bytes(hashlib.sha256(word.encode()).digest()[:4])
