"""Judges what an audit trail tells of people who came to another tenant's things. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from fixtures.tenancy.trail import Deed


def trespasses(deeds: Sequence[Deed], staff: Collection[str], staff_events: Collection[str]) -> list[Deed]:
    """Return the events by which people of one tenant had something of another's.

    Args:
        staff: tenants whose people work for the platform.
        staff_events: what these may do to any tenant.
    """
    return [
        d for d in deeds
        if d.by and d.of and d.by != d.of and not (d.by in staff and d.event in staff_events)
    ]  # fmt: skip
