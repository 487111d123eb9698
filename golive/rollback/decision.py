"""What follows from a rule, and what is known besides its series."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Action(StrEnum):
    """What is to be done."""

    NONE = "none"
    PAGE = "page"
    ROLLBACK = "rollback"


@dataclass(frozen=True)
class Decision:
    """`at`: when it was made, the end of the bucket that led to it. `active`: the condition has fired, not cleared."""

    at: datetime
    action: Action
    reason: str
    active: bool = False


@dataclass(frozen=True)
class Context:
    """What bounds an automatic rollback. Versions are the team's own words."""

    deployed_at: datetime | None = None
    to_version: str = ""
    rolled_back: frozenset[str] = field(default_factory=frozenset)
    """Versions that have been rolled back themselves: no way leads there."""
    last_rollback: datetime | None = None


ACTIVE = "rollback condition active"
"""How the message of a check begins whose condition is met now; what else fails is a rule that does not stand."""
DECIDED = "decision now"
"""The name of the observation that a check records when it has looked whether its condition is met."""
