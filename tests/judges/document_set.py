"""Whether the documents of a product fit together: finished, of one version, one promise, with links that lead there.

Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from posixpath import dirname, normpath
from posixpath import join as join_path

from fixtures.documents.markdown import Section
from fixtures.documents.parts import empty, filler, slug
from tests.judges.documents import objective
from tests.judges.materials import text_problems

PROMISES = ("RTO", "RPO")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CONTACT = re.compile(r"\bon[- ]call contact:\s*([^\n.]+)", re.IGNORECASE)


def unfinished(document: Section, version: str) -> list[str]:
    """What shows that a document is not of this release: nothing in it, a word that stands for one, a version."""
    text = document.whole_text
    said = empty(text) if len(text) < 80 else filler(text)
    return [*([said] if said else []), *text_problems(text, version)]


def broken_links(
    file: str, document: Section, read: Callable[[str], Section | None], has: Callable[[str], bool]
) -> list[str]:
    """The links of a document to other files of the checkout that lead nowhere.

    Args:
        file: its place in the checkout, by which its links are relative.
        read: contents of a Markdown file, None where it is missing.
        has: whether the checkout holds a path.
    """
    found = []
    for link in dict.fromkeys(_LINK.findall(document.whole_text)):
        name, _, anchor = link.partition("#")
        if re.match(r"[a-z][a-z0-9+.-]*:|//|/", link) or (not name and not anchor):
            continue
        path = normpath(join_path(dirname(file), name)) if name else file
        if not has(path):
            found.append(f"{file} links to {path}, which is not there")
        elif anchor and path.endswith(".md"):
            there = read(path)
            if there is None or not any(slug(s.heading) == anchor.lower() for s in there.walk() if s.heading):
                found.append(f"{file} links to {path}#{anchor}, and there is no such heading")
    return found


def disagreements(documents: Mapping[str, Section]) -> list[str]:
    """The promises and contacts that two documents state differently; `documents`: place to contents."""
    said: dict[str, dict[str, str]] = {}
    for place, document in documents.items():
        for word in PROMISES:
            if (minutes := objective(document, word)) is not None:
                said.setdefault(word, {})[place] = f"{minutes:g} min"
        if contact := _CONTACT.search(document.whole_text):
            said.setdefault("on-call contact", {})[place] = contact[1].strip().casefold()
    return [f"the {word} differs: {_told(each)}" for word, each in said.items() if len(set(each.values())) > 1]


def _told(each: Mapping[str, str]) -> str:
    return ", ".join(f"{place} says {value}" for place, value in each.items())


def distinct(places: Iterable[str]) -> list[str]:
    """The files of places (`FILE` or `FILE#HEADING`), each once, in order."""
    return list(dict.fromkeys(place.partition("#")[0] for place in places))
