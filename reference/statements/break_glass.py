"""The drill of Seiketsu's emergency access; the account's trail has its event (monitoring of the account file)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from reference.attestations import Desk
from reference.aws.inventory import drilled as at
from reference.describe.account import data
from reference.statements import DAY, now, state

LINE, NAME = "SEI-1.1.2.3.4", "break-glass-drill"
EVENT = "5e1ce750-b9a5-4d21-9c1e-2f6a0d3c7b11"
DAYS_AGO = 20
MINUTE = timedelta(minutes=1)


def sign_drill(desk: Desk, *, event: str = EVENT, paged_after: float = 2) -> Path:
    """Write and sign what was seen."""
    account, taken = desk.settings.aws.accounts[desk.product], at(now() - DAYS_AGO * DAY)
    contents = {
        "role": f"arn:aws:iam::{account.id}:role/{data(desk.product)['prefix']}-break-glass",
        "event": event,
        "taken": taken,
        "paged": taken + paged_after * MINUTE,
        "ended": taken + 40 * MINUTE,
        "reviewed_by": f"priya@{desk.product}.test",
    }
    said = "I saw the role taken, the page answered, and what was done with it."
    return state(desk, NAME, LINE, "Security Lead", said, contents)
