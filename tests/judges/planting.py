"""Judges whether every store holds a tenant's mark, so that not to find another's there means something. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fixtures.tenancy.planting import Mark


def unseen(marks: Sequence[Mark]) -> list[str]:
    """Return each store that does not hold its mark."""
    return [
        f"tenant {m.tenant}: {m.store} ({m.place}) does not hold {m.text}"
        + (f", though planting it was answered {m.answer}" if m.answer else "")
        for m in marks
        if not m.seen
    ]


def share(marks: Sequence[Mark]) -> float:
    """Return the percentage of marks that are seen, 0 where there are none."""
    return 100 * sum(m.seen for m in marks) / len(marks) if marks else 0.0


def empty(standing: Mapping[str, Sequence[str]]) -> list[str]:
    """Return each table in which a standing canary has nothing: isolation there is shown to nobody."""
    return [f"{who} has nothing in table {table}" for who, tables in standing.items() for table in tables]
