"""Whether people get all that is kept of them, and whether a site leaves strangers alone. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

_TRANSFER = re.compile(
    r"standard (?:contractual )?clauses|adequacy decision|data privacy framework|binding corporate rules", re.IGNORECASE
)


def leaves(document: Any) -> Iterator[str]:
    """Every text in a JSON document, keys left out."""
    if isinstance(document, Mapping):
        for value in document.values():
            yield from leaves(value)
    elif isinstance(document, list):
        for value in document:
            yield from leaves(value)
    elif isinstance(document, str) and document:
        yield document


def not_exported(
    stored: Mapping[str, Collection[str]], exported: Collection[str], withheld: Collection[str]
) -> dict[str, int]:
    """Return how many of the values of each `TABLE.COLUMN` an export lacks.

    Args:
        withheld: columns that it may leave out.
    """
    known = set(exported)
    lacking = {column: len(set(values) - known) for column, values in stored.items() if column not in withheld}
    return {column: count for column, count in lacking.items() if count}


def objects_not_exported(keys: Iterable[str], exported: Iterable[str]) -> list[str]:
    """Return the keys of objects to which nothing in an export leads."""
    text = "\n".join(exported)
    return [key for key in keys if key not in text]


def uninvited(cookies: Iterable[str], needed: Collection[str]) -> list[str]:
    """Return the names of cookies in `Set-Cookie` headers, those that are needed left out."""
    names = [cookie.partition("=")[0].strip() for cookie in cookies]
    return [name for name in dict.fromkeys(names) if name not in needed]


def foreign(urls: Iterable[str], page: str, allowed: Iterable[str]) -> list[str]:
    """Return the origins from which a page loads something, its own and the allowed ones left out."""
    known = {_origin(page), *(_origin(url) for url in allowed)}
    return [o for o in dict.fromkeys(_origin(url) for url in urls) if o not in known]


def transfer_problem(region: str, policy: str) -> str | None:
    """Why data may not be where it is, or None: inside the Union, or under a clause that the policy names."""
    if region.startswith("eu-") or _TRANSFER.search(policy):
        return None
    return f"data is in {region}, and the privacy policy names no ground on which it may leave the European Union"


def without_contract(processors: Iterable[str], rows: Iterable[Mapping[str, str]]) -> list[str]:
    """Return those who process data and have no row with a link to a contract."""
    linked = [" ".join(row.values()) for row in rows if any("https://" in cell for cell in row.values())]
    return [name for name in processors if not any(re.search(rf"\b{re.escape(name)}\b", row) for row in linked)]


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
