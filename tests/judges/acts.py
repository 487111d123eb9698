"""Judges what an audit trail says of acts: it has each, in time, and says who did what to what, when, from where."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Protocol

SKEW = timedelta(seconds=5)
"""How far the clocks may be apart."""
DAYS_OF_YEAR = 365


class Act(Protocol):
    """What was done, see `fixtures.tenancy.audited.Act`."""

    @property
    def actor(self) -> str: ...
    @property
    def tenant(self) -> str: ...
    @property
    def thing(self) -> str: ...
    @property
    def refused(self) -> bool: ...
    @property
    def begun(self) -> datetime: ...
    @property
    def ended(self) -> datetime: ...


class Event(Protocol):
    """What the trail says of it, see `fixtures.tenancy.audited.Event`."""

    @property
    def actor(self) -> str: ...
    @property
    def tenant(self) -> str: ...
    @property
    def thing(self) -> str: ...
    @property
    def outcome(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def at(self) -> str: ...


def event_problems(kind: str, act: Act, event: Event, refused: str) -> Iterator[str]:
    """Yield what an act's event says wrong or leaves out. `refused`: the outcome's word for an act that was refused."""
    for word, says, wanted in (
        ("actor", event.actor, act.actor), ("tenant", event.tenant, act.tenant), ("object", event.thing, act.thing),
    ):  # fmt: skip
        if wanted and says != wanted:
            yield f"the event of {kind} names {'no ' + word if not says else f'the {word} {says}'}, want {wanted}"
    if act.refused is not (event.outcome == refused):
        yield f"the event of {kind} tells the outcome {event.outcome or 'none'}: refused acts must be {refused!r}"
    try:
        ipaddress.ip_address(event.address)
    except ValueError:
        yield f"the event of {kind} has no source address ({event.address or 'empty'})"
    at = _time(event.at)
    if at is None:
        yield f"the event of {kind} has no time with a zone ({event.at or 'empty'})"
    elif not act.begun - SKEW <= at <= act.ended + SKEW:
        yield f"the event of {kind} is dated {at:%H:%M:%S}Z, but it was done at {act.begun:%H:%M:%S}Z"


def _time(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def kept_days(lock: Mapping[str, object]) -> float:
    """Return for how many days an object lock keeps each new object unchangeable; 0 without a default rule."""
    rule = lock.get("Rule") if lock.get("ObjectLockEnabled") == "Enabled" else None
    default = rule.get("DefaultRetention") if isinstance(rule, Mapping) else None
    if not isinstance(default, Mapping) or default.get("Mode") not in ("COMPLIANCE", "GOVERNANCE"):
        return 0
    return float(default.get("Days") or DAYS_OF_YEAR * (default.get("Years") or 0))
