"""What of a former tenant is left in a browser after the change to another. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


def left_behind(tabs: Mapping[str, Mapping[str, str]], markers: Iterable[str]) -> list[str]:
    """Return where a marker of the former tenant still is.

    Args:
        tabs: our word for a tab at a moment to what it shows and keeps, by place.
        markers: compared without case.
    """
    wanted = [m.lower() for m in markers if m]
    return [
        f"{place} of {tab}"
        for tab, places in tabs.items()
        for place, text in places.items()
        if any(m in text.lower() for m in wanted)
    ]


def asked_as_former(sent: Iterable[tuple[str, str]], former: str) -> list[str]:
    """Return the addresses that were asked with the former tenant's token.

    Args:
        sent: token and address of the requests after the change.
    """
    return sorted({url.partition("?")[0] for token, url in sent if token == former})
