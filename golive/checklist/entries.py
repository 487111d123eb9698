"""The entries of a Markdown document that may be lines of a checklist, with their place in its structure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from markdown_it import MarkdownIt
from markdown_it.token import Token

from golive.checklist.fingerprint import Fingerprint, fingerprint

_PREFIX = rb"[ \t]*(?:>[ \t]?)*[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*"
_BOX = re.compile(rb"^\xef?\xbb?\xbf?" + _PREFIX + rb"\[([ xX])\](?=[ \t\r\n]|$)")
_CONTENTS = re.compile(r"^\[[^\]]*\]\(#[^)]*\)$")  # an entry of a table of contents
# A sign, sound or damaged, may stand before the bold words.
_BOLD_LEAD = re.compile(r"^(?:[^\s*]*[^\x00-\x7f][^\s*]*\s+)?[^\w*]*(?:\*\*|__)(?P<lead>.+?)(?:\*\*|__)")
_STEP = re.compile(r"^\s*#{1,6}\s+\S")
_BOX_TEXT = re.compile(r"^\[[ xX]\](?:\s+|$)")


class Shape(StrEnum):
    """How an entry is written."""

    HEADING = "heading"
    BOLD = "bold paragraph"
    LIST = "list item"
    BOXED = "boxed line"
    STEP = "step in a code block"


@dataclass(frozen=True)
class Entry:
    """One place of the document that may be a line.

    `at` is the index of its first line; `box` the offset in that line's bytes of the character between the brackets,
    None without box. `parent` is the index of the entry that it stands under, `block` tells which list or code block
    it is part of. `lead` is the fingerprint of the bold words at its start, None where it has none.
    """

    index: int
    at: int
    shape: Shape
    text: str
    parent: int | None
    block: int
    exact: Fingerprint
    lead: Fingerprint | None
    box: int | None
    ticked: bool
    level: int = 0
    fence_end: int | None = None
    """Index of the line that closes the code block around it, where there is one."""
    in_code: bool = False


class _Collector:
    """Walks the tokens; knows which headings and list items are open."""

    def __init__(self, lines: Sequence[bytes]) -> None:
        self.lines = lines
        self.entries: list[Entry] = []
        self.headings: list[int] = []
        self.bold: int | None = None
        self.items: list[int | None] = []
        self.blocks: list[int] = []
        self.seen: set[int] = set()

    def add(
        self, at: int, shape: Shape, text: str, block: int, parent: int | None, level: int = 0,
        fence_end: int | None = None, in_code: bool = False,
    ) -> int | None:  # fmt: skip
        """Add an entry, unless it has no words or its line is one already."""
        words = fingerprint(text)
        if not words.words or at in self.seen:
            return None
        self.seen.add(at)
        found = _BOX.match(self.lines[at]) if shape is not Shape.HEADING else None
        bold = _BOLD_LEAD.match(_BOX_TEXT.sub("", text.strip()))
        lead = fingerprint(bold["lead"]) if bold else None
        self.entries.append(
            Entry(
                index=len(self.entries),
                at=at,
                shape=shape,
                text=text.strip(),
                parent=parent,
                block=block,
                exact=words,
                lead=lead if lead and lead.words else None,
                box=found.start(1) if found else None,
                ticked=bool(found and found[1] != b" "),
                level=level,
                fence_end=fence_end,
                in_code=in_code,
            )
        )
        return self.entries[-1].index

    def parent(self) -> int | None:
        """The entry that the next one stands under."""
        for item in reversed(self.items):
            if item is not None:
                return item
        if self.bold is not None:
            return self.bold
        return self.headings[-1] if self.headings else None

    def heading(self, token: Token, content: str) -> None:
        level = int(token.tag[1])
        while self.headings and self.entries[self.headings[-1]].level >= level:
            self.headings.pop()
        self.bold = None
        parent = self.headings[-1] if self.headings else None
        index = self.add(_first(token), Shape.HEADING, content, -1, parent, level=level)
        if index is not None:
            self.headings.append(index)

    def paragraph(self, token: Token, content: str) -> None:
        """Boxes without a list mark, and bold words that stand as a heading."""
        for n, text in enumerate(content.split("\n")):
            at = _first(token) + n
            if _BOX.match(self.lines[at]):
                self.add(at, Shape.BOXED, text, _first(token), self.parent())
            elif not self.items and _BOLD_LEAD.match(text.strip()):
                # The bold words before it are of the same rank.
                self.bold = None
                self.bold = self.add(at, Shape.BOLD, text, -1, self.parent())

    def code(self, token: Token) -> None:
        """Boxes and steps in a code block: what starts with `#` is a step, what follows it stands under it."""
        first, last = token.map or (0, 0)
        fenced = token.type == "fence"
        body = token.content.split("\n")
        closed = fenced and last - first >= len(body) + 1
        step: int | None = None
        for n, text in enumerate(body):
            at = first + n + fenced
            if not text.strip() or at >= last:
                continue
            end = last - 1 if closed else None
            if _STEP.match(text):
                step = self.add(at, Shape.STEP, text, first, self.parent(), 1, end, True)
            else:
                shape = Shape.BOXED if _BOX.match(self.lines[at]) else Shape.STEP
                above = step if step is not None else self.parent()
                self.add(at, shape, text, first, above, fence_end=end, in_code=True)


def entries_of(text: str, lines: Sequence[bytes]) -> list[Entry]:
    """Return the entries of a document in the order of its lines."""
    tokens = MarkdownIt("commonmark").parse(text)
    walk = _Collector(lines)
    opened: list[Token] = []
    for n, token in enumerate(tokens):
        match token.type:
            case "heading_open":
                walk.heading(token, tokens[n + 1].content)
            case "bullet_list_open" | "ordered_list_open":
                walk.blocks.append(n)
            case "bullet_list_close" | "ordered_list_close":
                walk.blocks.pop()
            case "list_item_open":
                walk.items.append(None)
                opened.append(token)
                if n + 2 < len(tokens) and tokens[n + 1].type == "paragraph_open":
                    content = tokens[n + 2].content
                    if not _CONTENTS.match(content.strip()):
                        at = _first(tokens[n + 1])
                        walk.items[-1] = walk.add(at, Shape.LIST, " ".join(content.split("\n")), walk.blocks[-1],
                                                  _above(walk))  # fmt: skip
            case "list_item_close":
                walk.items.pop()
            case "paragraph_open":
                walk.paragraph(token, tokens[n + 1].content)
            case "hr":
                walk.bold = None
            case "fence" | "code_block":
                walk.code(token)
            case "html_block" if not token.content.lstrip().startswith("<!--"):
                for at in _boxes(token, lines):
                    walk.add(at, Shape.BOXED, token.content.split("\n")[at - _first(token)], _first(token),
                             walk.parent())  # fmt: skip
    return walk.entries


def _above(walk: _Collector) -> int | None:
    mine = walk.items.pop()
    parent = walk.parent()
    walk.items.append(mine)
    return parent


def _boxes(token: Token, lines: Sequence[bytes]) -> Iterator[int]:
    first, last = token.map or (0, 0)
    return (at for at in range(first, last) if _BOX.match(lines[at]))


def _first(token: Token) -> int:
    return token.map[0] if token.map else 0
