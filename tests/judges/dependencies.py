"""Judges known vulnerabilities, exceptions from them, and what an image installs past its lock files. Pure."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Protocol, TypeVar

SERIOUS = ("high", "critical", "unknown")
"""What nobody has rated may be anything."""
_VALUED = {
    "-r",
    "--requirement",
    "-c",
    "--constraint",
    "-i",
    "--index-url",
    "--extra-index-url",
    "-t",
    "--target",
    "-f",
}


class Known(Protocol):
    """A vulnerability of a package."""

    @property
    def severity(self) -> str: ...
    @property
    def ids(self) -> tuple[str, ...]: ...


T = TypeVar("T", bound=Known)


class Accepted(Protocol):
    """An exception: somebody answers for it until a day."""

    @property
    def owner(self) -> str: ...
    @property
    def until(self) -> date: ...


def open_ones(found: Iterable[T], accepted: Mapping[str, Accepted], today: date) -> list[T]:
    """Return the serious ones that no exception of today covers."""
    live = {id_ for id_, one in accepted.items() if one.owner.strip() and today <= one.until}
    return [v for v in found if v.severity in SERIOUS and not live & set(v.ids)]


def installed_past_locks(recipe: str) -> list[str]:
    """Return the packages that an image's recipe (Dockerfile) installs by name rather than from a lock file."""
    text = re.sub(r"\\\n", " ", recipe)
    found = []
    for line in text.splitlines():
        if not (run := re.match(r"\s*RUN\s+(.*)", line, re.IGNORECASE)):
            continue
        for command in re.split(r"&&|\|\||;", run[1]):
            found += _named(command)
    return found


def _named(command: str) -> list[str]:
    try:
        words = shlex.split(command)
    except ValueError:
        words = command.split()
    words = [w for w in words if not w.startswith("--mount")]
    plain = [w.rpartition("/")[2] for w in words]
    for tool, verbs in (
        ("pip", {"install"}),
        ("pip3", {"install"}),
        ("npm", {"install", "i", "add"}),
        ("yarn", {"add"}),
    ):
        if tool in plain:
            rest = words[plain.index(tool) + 1 :]
            verb = next((w for w in rest if not w.startswith("-")), "")
            if verb in verbs:
                return _packages(rest[rest.index(verb) + 1 :])
    return []


def _packages(words: list[str]) -> list[str]:
    found, skip = [], False
    for word in words:
        if skip:
            skip = False
        elif word in _VALUED:
            skip = True
        elif not word.startswith("-") and word not in (".", "./"):
            found.append(word)
    return found
