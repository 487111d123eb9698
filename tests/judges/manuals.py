"""Whether every feature has its page in the manual, and whether a page is of the product as it is. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from fixtures.documents.markdown import Section

_VERSION = re.compile(r"\b(?:version|release)\s+v?(\d+)\.(\d+)", re.IGNORECASE)
_SAMPLE = re.compile(r"(GET|PUT|POST|DELETE|PATCH|HEAD|OPTIONS) (/\S*)")
MAJOR = 100
"""How many minor versions a major one counts for."""


@dataclass(frozen=True)
class Feature:
    """A row of the catalogue of features: its page, the day of its last change, the beginnings of its calls' paths."""

    name: str
    manual: str
    changed: str
    api: tuple[str, ...]

    def __str__(self) -> str:
        return f"feature {self.name}"


def features(document: Section) -> list[Feature]:
    """The rows of its tables with a feature."""
    rows = [row for part in document.walk() for table in part.tables for row in table if row.get("feature")]
    return [
        Feature(row["feature"], row.get("manual", ""), row.get("changed", ""), _paths(row.get("api", "")))
        for row in rows
    ]


def unlisted(paths: Iterable[str], known: Iterable[Feature]) -> list[str]:
    """The paths of the API that belong to no feature, those of one family once: what was built and never listed."""
    begins = [begin for feature in known for begin in feature.api]
    stray = [path for path in paths if not any(_below(path, begin) for begin in begins)]
    return list(dict.fromkeys("/".join(path.split("{")[0].rstrip("/").split("/")[:4]) for path in stray))


def behind(text: str, version: str) -> int | None:
    """How many minor versions a page is behind the product; None where it names none."""
    named = [(int(m[1]), int(m[2])) for m in _VERSION.finditer(text)]
    major, minor = (int(part) for part in version.split(".")[:2])
    return min((abs(major - a) * MAJOR + abs(minor - b) for a, b in named), default=None)


def samples(section: Section) -> list[tuple[str, str]]:
    """Method and path of each call that a page shows in full, those in tables and with parameters left out."""
    calls = [_SAMPLE.fullmatch(command) for each in section.walk() for command in each.commands]
    return list(dict.fromkeys((call[1], call[2]) for call in calls if call and "{" not in call[2]))


def _below(path: str, begin: str) -> bool:
    return path == begin or path.startswith(f"{begin.rstrip('/')}/") if begin != "/" else path == "/"


def _paths(cell: str) -> tuple[str, ...]:
    return tuple(word.strip("`") for word in cell.split() if word.strip("`"))
