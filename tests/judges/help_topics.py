"""Whether the topics that users must find help on have their articles, of this version. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from fixtures.documents.markdown import Section

_VERSION = re.compile(r"\b(?:version|release)\s+v?(\d+)(?:\.\d+)*\b", re.IGNORECASE)


@dataclass(frozen=True)
class Topic:
    """A row of the list of topics: what it is about, its article's title, what people type or ask to find it, and the
    day on which the feature changed last (empty where the list does not say)."""

    name: str
    article: str
    search: str
    changed: str = ""

    def __str__(self) -> str:
        return f"topic {self.name}"


def topics(document: Section) -> list[Topic]:
    """The rows of its tables with a topic and an article."""
    rows = [row for part in document.walk() for table in part.tables for row in table]
    found = [Topic(r.get("topic", ""), r.get("article", ""), _asked(r), r.get("changed", "")) for r in rows]
    return [each for each in found if each.name and each.article]


def titled(titles: Iterable[tuple[str, str]], wanted: str) -> str | None:
    """The address of the article with a title; `titles`: address and title."""
    words = wanted.casefold().split()
    return next((url for url, title in titles if title.casefold().split() == words), None)


def other_version(text: str, version: str) -> str:
    """The major version that an article is about and that is not the product's, or nothing; it may name none."""
    named = {m[1] for m in _VERSION.finditer(text)}
    major = version.partition(".")[0]
    return "" if not named or major in named else sorted(named)[0]


def _asked(row: dict[str, str]) -> str:
    return row.get("search") or row.get("question") or row.get("topic", "")
