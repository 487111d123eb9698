"""Which rows of dashboards' panels are blank. Pure: judges what was drawn."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol


class Row(Protocol):
    """One row of a panel, as it was drawn."""

    @property
    def panel(self) -> str: ...
    @property
    def row(self) -> str: ...
    @property
    def points(self) -> int: ...
    @property
    def sparse(self) -> bool: ...
    @property
    def sibling(self) -> str: ...


def blank(rows: Iterable[Row]) -> dict[str, list[str]]:
    """Return panel to its rows without a point.

    A row whose silence may mean zero is not blank while another metric of the same thing has points.
    """
    seen = list(rows)
    alive = {r.sibling for r in seen if r.points and r.sibling}
    found: dict[str, list[str]] = {}
    for r in seen:
        if not r.points and not (r.sparse and r.sibling in alive):
            found.setdefault(r.panel, []).append(r.row)
    return found
