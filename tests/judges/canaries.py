"""Judges what canary tenants could read."""

from __future__ import annotations

from collections.abc import Sequence

from fixtures.tenancy import Reading, Rows

HIDDEN = (403, 404)
KINDS = ("list", "id", "search")
"""The read paths without which isolation is not seen."""


def leaks(readings: Sequence[Reading]) -> list[str]:
    """Return each read in which another tenant's marker stands, or another tenant's thing is given by its id."""
    found = []
    for r in readings:
        if strange := sorted(r.markers - {r.reader}):
            found.append(f"{r.reader} sees {', '.join(strange)} by {r.operation} ({r.kind})")
        elif r.kind == "id" and r.of != r.reader and r.status not in HIDDEN:
            found.append(f"{r.reader} asked {r.operation} for a thing of {r.of} and was answered {r.status}, want 404")
    return found


def own_missing(readings: Sequence[Reading]) -> list[str]:
    """Return each read of one's own in which one's own marker does not stand."""
    own = [r for r in readings if r.of == r.reader]
    return [
        f"{r.reader} does not find itself by {r.operation} ({r.kind}, {r.status})"
        for r in own
        if r.reader not in r.markers
    ]


def foreign_rows(rows: Sequence[Rows]) -> list[str]:
    """Return each table that shows others' rows in a tenant's context."""
    return [
        f"in the context of {r.reader}, table {r.table} shows {r.foreign} rows of others" for r in rows if r.foreign
    ]


def blind(rows: Sequence[Rows]) -> list[str]:
    """Return the tenants whose context shows not even their own rows anywhere, so that no foreign row means nothing."""
    seen = {r.reader for r in rows if r.own}
    return sorted({r.reader for r in rows} - seen)
