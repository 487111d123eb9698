"""What comparing a document with the catalogue and a run found: for the terminal, for JSON, and for the boxes."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from golive.catalogue import Catalogue, Kind, Line
from golive.checklist.document import Document
from golive.checklist.entries import Entry, Shape
from golive.checklist.match import Matching
from golive.redaction import redact
from golive.report.wording import one_line

LONGEST = 90


@dataclass(frozen=True, slots=True)
class Findings:
    """Entries and line ids by what was found, each in document order.

    `unchecked` and `removed` are line ids; `moved` has the reason by entry: `parent` or `order`.
    """

    lines: tuple[Entry, ...]
    added: tuple[Entry, ...]
    moved: Mapping[int, str]
    reworded: Mapping[int, float]
    removed: tuple[str, ...]
    unchecked: tuple[str, ...]
    orphans: tuple[str, ...]
    """Removed lines that have a check: it verifies what the document no longer asks for."""


def compare(matching: Matching, checked: Iterable[str]) -> Findings:
    """Return what differs between the document and the catalogue. `checked` are the lines that have a check."""
    have = set(checked)
    lines = tuple(e for e in matching.entries if is_line(matching, e))
    removed = tuple(x.id for x in matching.open_lines())
    present = [matching.lines[i] for i in matching.lines if i in matching.entry_of]
    return Findings(
        lines=lines,
        added=tuple(e for e in lines if e.index not in matching.line_of),
        moved=moved(matching),
        reworded=dict(sorted(matching.reworded.items())),
        removed=removed,
        unchecked=tuple(x.id for x in present if x.checked and x.id not in have),
        orphans=tuple(i for i in removed if i in have),
    )


def is_line(matching: Matching, entry: Entry) -> bool:
    """Whether an entry is a line of a checklist: it has a box, the catalogue knows it, or it stands among such lines.

    A heading that the catalogue does not know is one when boxes stand right below it.
    """
    if entry.index in matching.line_of or entry.box is not None:
        return True
    if entry.shape is Shape.BOLD:
        return False
    if entry.shape is Shape.HEADING:
        return any(e.parent == entry.index and e.box is not None for e in matching.entries)
    parent = matching.line_of.get(entry.parent) if entry.parent is not None else None
    if parent and entry.shape is Shape.LIST and matching.lines[parent].kind is Kind.GROUP:
        return True
    beside = (e for e in matching.entries if e.block == entry.block and e.parent == entry.parent)
    if entry.in_code:
        beside = (e for e in matching.entries if e.block == entry.block and e.in_code)
    return any(e.index in matching.line_of for e in beside)


def moved(matching: Matching) -> dict[int, str]:
    """Return entry index to what changed: `parent`, or `order` among the lines below the same parent.

    Lines that moved with their parent, or whose parent is no longer there, did not move themselves.
    """
    found: dict[int, str] = {}
    rank = {line_id: n for n, line_id in enumerate(matching.lines)}
    kept: dict[str | None, list[int]] = defaultdict(list)
    for index, line_id in sorted(matching.line_of.items()):
        above = matching.above(matching.entries[index])
        if matching.entries[index].shape is Shape.BOLD and matching.lines[line_id].parent is None:
            above = None  # bold words have no level, so they can't say that they stand at the top
        if above != matching.wanted_above(matching.lines[line_id]):
            found[index] = "parent"
        else:
            kept[above].append(index)
    for indices in kept.values():
        stay = _longest_rising([rank[matching.line_of[i]] for i in indices])
        found |= {index: "order" for n, index in enumerate(indices) if n not in stay}
    return dict(sorted(found.items()))


def _longest_rising(ranks: Sequence[int]) -> set[int]:
    """Return the positions of a longest rising subsequence: what kept its order."""
    ends: list[int] = []
    at: list[int] = []
    before: list[int | None] = []
    for n, rank in enumerate(ranks):
        place = bisect_left(ends, rank)
        before.append(at[place - 1] if place else None)
        ends[place : place + 1] = [rank]
        at[place : place + 1] = [n]
    found: set[int] = set()
    step = at[-1] if at else None
    while step is not None:
        found.add(step)
        step = before[step]
    return found


def as_json(document: Document, matching: Matching, found: Findings, catalogue: Catalogue) -> dict[str, Any]:
    """Return the findings as `checklist-document.json` holds them; `at` is the line number in the document."""

    def entry(e: Entry, **more: object) -> dict[str, Any]:
        told = {"id": matching.line_of[e.index]} if e.index in matching.line_of else {}
        return {**told, "at": e.at + 1, "text": words_of(e), **more}

    def line(line_id: str) -> dict[str, Any]:
        return {"id": line_id, "kind": str(catalogue[line_id].kind), "title": catalogue[line_id].title}

    entries = matching.entries
    return {
        "document": document.path.name,
        "encoding": str(document.encoding),
        "products": sorted({x.product for x in matching.lines.values()}),
        "counts": {
            "lines": len(found.lines),
            "boxes": sum(e.box is not None for e in entries),
            "recognised": len(matching.line_of),
            "without check": len(found.unchecked),
            "checks without line": len(found.orphans),
            "removed": len(found.removed),
            "added": len(found.added),
            "moved": len(found.moved),
            "reworded": len(found.reworded),
        },
        "lines_without_check": [entry(entries[matching.entry_of[i]]) for i in found.unchecked],
        "checks_without_line": [line(i) for i in found.orphans],
        "removed": [line(i) for i in found.removed],
        "added": [entry(e, under=matching.above(e)) for e in found.added],
        "moved": [
            entry(
                entries[i],
                changed=why,
                was_under=matching.lines[matching.line_of[i]].parent,
                under=matching.above(entries[i]),
            )
            for i, why in found.moved.items()
        ],
        "reworded": [
            entry(entries[i], similarity=alike, title=catalogue[matching.line_of[i]].title)
            for i, alike in found.reworded.items()
        ],
    }


def words_of(entry: Entry) -> str:
    """Return an entry's text on one short line, as it may be shown."""
    text = one_line(redact(entry.text))
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."


def below(matching: Matching, entry: Entry) -> list[Entry]:
    """Return the entries that stand under this one, at any depth."""
    found = {entry.index}
    for e in matching.entries:  # parents stand before their children
        if e.parent in found:
            found.add(e.index)
    return [matching.entries[i] for i in sorted(found - {entry.index})]


def summary(document: Document, matching: Matching, found: Findings, most: int = 4) -> list[str]:
    """Return the findings for the terminal: one line each, the first few named."""
    entries = matching.entries
    names = sorted({x.product for x in matching.lines.values()})
    told = [
        f"checklist {one_line(document.path.name)}: {len(matching.line_of)} of {len(matching.lines)} lines of "
        f"{' and '.join(names)} recognised"
    ]

    def named(number: int, what: str, parts: Iterable[str]) -> None:
        if number:
            shown = list(parts)
            more = f" and {number - most} more" if number > most else ""
            told.append(f"  {what} ({number}): {'; '.join(shown[:most])}{more}")

    named(len(found.unchecked), "lines without a check", found.unchecked)
    named(len(found.added), "added, no check knows them", (f"{e.at + 1}: {words_of(e)}" for e in found.added))
    named(len(found.orphans), "checks without a line", found.orphans)
    bare = [i for i in found.removed if i not in set(found.orphans)]
    named(len(bare), "removed, without a check of their own", bare)
    why = {"parent": "under another parent", "order": "in another order"}
    named(len(found.moved), "moved", (
        f"{matching.line_of[i]} {why[w]} at {entries[i].at + 1}" for i, w in found.moved.items()
    ))  # fmt: skip
    named(len(found.reworded), "reworded, left open", (
        f"{matching.line_of[i]} at {entries[i].at + 1}, {alike:.2f} alike" for i, alike in found.reworded.items()
    ))  # fmt: skip
    return told


def lines_below(matching: Matching, found: Findings, line: Line) -> list[Entry]:
    """Return the document's lines under what a final box rolls up, whether the catalogue knows them or not."""
    left_out = {matching.entry_of[i] for i in line.rolls_up_except if i in matching.entry_of}
    known = {e.index for e in found.lines}
    result: dict[int, Entry] = {}
    for root in line.rolls_up:
        if root in matching.entry_of:
            for e in below(matching, matching.entries[matching.entry_of[root]]):
                if e.index in known and e.index not in left_out:
                    result[e.index] = e
    return list(result.values())
