"""Whether an estimate says the whole price of a plan."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

TOLERANCE = 0.01
"""Of the total: infracost rounds."""


def inconsistencies(total: float, resources: Mapping[str, float], planned: Collection[str]) -> list[str]:
    """Say where an estimate contradicts itself or the plan."""
    found, added = [], sum(resources.values())
    if not resources:
        found.append("prices nothing")
    if abs(total - added) > TOLERANCE * max(total, added, 1):
        found.append(f"its total is {total:.2f}, its resources cost {added:.2f} together")
    strangers = sorted(set(resources) - set(planned))
    found += [f"prices {address}, which the plan does not have" for address in strangers]
    return found


def unpriced(
    without_usage: Mapping[str, Iterable[str]], unsupported: Mapping[str, int], accepted: Collection[str]
) -> list[str]:
    """Name what costs something and has no price: parts without a usage, types that the tool does not know.

    Args:
        accepted: addresses or types that somebody took on.
    """
    found = [
        f"{address}: {', '.join(parts)} without a usage count as 0"
        for address, names in sorted(without_usage.items())
        if (parts := list(names)) and address not in accepted
    ]
    found += [f"{count} {type_} have no price" for type_, count in sorted(unsupported.items()) if type_ not in accepted]
    return found
