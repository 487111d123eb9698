"""Judges whether a page belongs to a build and all of that build is there."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from html.parser import HTMLParser

from fixtures.web import Page

TYPES = {
    "script": ("text/javascript", "application/javascript", "application/x-javascript"),
    "style": ("text/css",),
}
HEADERS = {
    "Content-Security-Policy": "default-src",
    "Strict-Transport-Security": "max-age=",
    "X-Content-Type-Options": "nosniff",
}
"""Header to what its value must hold."""


@dataclass(frozen=True)
class Reference:
    """A script or style that a page needs: its address as the page has it, and the digest that it wants, or ""."""

    kind: str
    address: str
    integrity: str


class _References(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Reference] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        relations = given.get("rel", "").lower().split()
        if tag == "script" and given.get("src"):
            self.found.append(Reference("script", given["src"], given.get("integrity", "")))
        elif tag == "link" and given.get("href") and "stylesheet" in relations:
            self.found.append(Reference("style", given["href"], given.get("integrity", "")))
        elif tag == "link" and given.get("href") and {"preload", "modulepreload"} & set(relations):
            kind = given.get("as", "script")
            if kind in TYPES:
                self.found.append(Reference(kind, given["href"], given.get("integrity", "")))


def references(html: str) -> list[Reference]:
    """Return the scripts and styles of a page, in document order, each once."""
    parser = _References()
    parser.feed(html)
    return list(dict.fromkeys(parser.found))


def asset_problem(reference: Reference, page: Page) -> str | None:
    """Return why the answer for a script or style is not what the page wants, None when it is."""
    if page.status != 200:
        return f"{page}: the page needs this {reference.kind}. Is it an old page, or was the build copied in part?"
    if page.content_type not in TYPES[reference.kind]:
        return f"{page.url} is sent as {page.content_type or 'no type'}, which no browser runs as {reference.kind}"
    if reference.integrity and not any(_digest(word, page.content) for word in reference.integrity.split()):
        return f"{page.url} has another content than the page's digest {reference.integrity[:20]}... says"
    return None


def header_problems(page: Page) -> list[str]:
    """Return which of the headers that protect a page are missing or say nothing."""
    return [
        f"{page.url}: {name} is {page.headers.get(name)!r}, want one with {part}"
        for name, part in HEADERS.items()
        if part not in page.headers.get(name, "").lower()
    ]


def _digest(word: str, content: bytes) -> bool:
    algorithm, _, wanted = word.partition("-")
    if algorithm not in ("sha256", "sha384", "sha512"):
        return False
    return base64.b64encode(hashlib.new(algorithm, content).digest()).decode() == wanted.partition("?")[0]
