"""Whether a document tells of everything that runs."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from fixtures.documents.markdown import Section

RUNNING = ("service", "database instance", "cache", "bucket")
"""Kinds of `fixtures.documents.inventory.live_names` that are components."""


def unmentioned(document: Section, live: Mapping[str, Collection[str]], providers: Iterable[str]) -> list[str]:
    """Return the components that a document does not name.

    Names of things stand as code (`name`); kinds that share one name need a row or a section each.

    Args:
        live: kind to the names of what runs.
        providers: third parties, named as words.
    """
    spans = [span for part in document.walk() for span in part.commands]
    spans += [
        span
        for part in document.walk()
        for rows in part.tables
        for row in rows
        for cell in row.values()
        for span in re.findall(r"`([^`]+)`", cell)
    ]
    times: dict[str, int] = {}
    for span in spans:
        times[span] = times.get(span, 0) + 1
    found = []
    for kind, names in live.items():
        for name in sorted(names):
            if times.get(name, 0) > 0:
                times[name] -= 1
            else:
                found.append(f"{kind} {name}")
    text = document.whole_text + "\n".join(
        cell for part in document.walk() for rows in part.tables for row in rows for cell in row.values()
    )
    found += [f"provider {p}" for p in providers if not re.search(rf"\b{re.escape(p)}\b", text, re.IGNORECASE)]
    return found
