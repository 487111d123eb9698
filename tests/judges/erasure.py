"""Whether what people leave was in each store, and is gone from each. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from fixtures.privacy.traces import Traces


def unseen(lies_in: Iterable[str], found: Mapping[str, Traces]) -> list[str]:
    """Return the places that should show something of the person and do not: to find nothing there later is no news."""
    return [place for place in dict.fromkeys(lies_in) if place not in found]


def undescribed(tables: Iterable[str], found: Mapping[str, Traces], excused: Collection[str]) -> list[str]:
    """Return people's tables in which the person left nothing and that nobody has excused.

    Args:
        tables: those whose rows belong to people.
        excused: those that no operation writes.
    """
    return [table for table in tables if f"table {table}" not in found and table not in excused]


def remains(found: Mapping[str, Traces], kept: Collection[str]) -> dict[str, str]:
    """Return each place that holds more of an erased person than it may to what it holds.

    Args:
        kept: places that may name the person by id; none may hold words of theirs.
    """
    said = {}
    for place, traces in found.items():
        parts = []
        if traces.by_id and place not in kept:
            parts.append(f"{traces.by_id} that name the person by id")
        if traces.by_words:
            parts.append(f"{traces.by_words} with the person's own words, name or address")
        if parts:
            said[place] = " and ".join(parts)
    return said
