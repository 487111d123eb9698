"""Finds which line of the catalogue each entry of a document is.

The same words are the same line wherever they stand; texts that occur several times are told apart by what they stand
under, what stands below them, and their order. Other words are a reworded line only at the line's own place and with
half of its words kept: what says something else is an added line, never ticked for the old one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from golive.catalogue import Catalogue, Kind, Line, Method
from golive.checklist.entries import Entry, Shape
from golive.checklist.fingerprint import Fingerprint, similarity

ALIKE = 0.5
"""Least similarity of a reworded line, as `similarity` counts it."""
SHARE = 0.25
"""A second product is the document's too when it holds at least this share of its lines."""


@dataclass
class Matching:
    """Entry index to line id, and back. `reworded` has the similarity of those whose words differ."""

    entries: Sequence[Entry]
    lines: Mapping[str, Line]
    prints: Mapping[str, Fingerprint]
    line_of: dict[int, str] = field(default_factory=dict)
    entry_of: dict[str, int] = field(default_factory=dict)
    reworded: dict[int, float] = field(default_factory=dict)

    def put(self, entry: int, line_id: str) -> None:
        """Take the entry for the line."""
        self.line_of[entry], self.entry_of[line_id] = line_id, entry

    def open_entries(self) -> list[Entry]:
        """Return the entries that are no line so far."""
        return [e for e in self.entries if e.index not in self.line_of]

    def open_lines(self) -> list[Line]:
        """Return the lines that no entry is so far."""
        return [x for x in self.lines.values() if x.id not in self.entry_of]

    def above(self, entry: Entry) -> str | None:
        """Return the nearest line that the entry stands under in the document."""
        up = entry.parent
        while up is not None and up not in self.line_of:
            up = self.entries[up].parent
        return self.line_of[up] if up is not None else None

    def wanted_above(self, line: Line) -> str | None:
        """Return the nearest line above in the catalogue that the document has."""
        up = line.parent
        while up is not None and up not in self.entry_of:
            up = self.lines[up].parent
        return up


def match(entries: Sequence[Entry], catalogue: Catalogue, prints: Mapping[str, Fingerprint]) -> Matching:
    """Return which entries are which lines of the products that the document is about."""
    products = _products(entries, catalogue, prints)
    lines = {x.id: x for x in catalogue if x.product in products}
    matching = Matching(entries, lines, {i: prints[i] for i in lines})
    _same_words(matching)
    while _same_children(matching) or _same_place(matching):
        pass
    return matching


def _fits(entry: Entry, line: Line, wanted: Fingerprint) -> bool:
    """Whether the entry says the line. The bold words alone do for what has no verdict of its own or is signed for."""
    if entry.exact.exact == wanted.exact:
        return True
    signed = line.kind is not Kind.ITEM or line.method is Method.ATTESTED
    return signed and entry.lead is not None and entry.lead.exact == wanted.exact


def _products(entries: Sequence[Entry], catalogue: Catalogue, prints: Mapping[str, Fingerprint]) -> set[str]:
    said = {e.exact.exact for e in entries} | {e.lead.exact for e in entries if e.lead}
    hits = dict.fromkeys(catalogue.products, 0)
    sizes = dict(hits)
    for line in catalogue:
        sizes[line.product] += 1
        hits[line.product] += prints[line.id].exact in said
    most = max(hits.values(), default=0)
    return {p for p in hits if most and (hits[p] == most or hits[p] >= SHARE * sizes[p])}


def _same_words(matching: Matching) -> None:
    by_words: dict[str, list[Entry]] = defaultdict(list)
    for entry in matching.entries:
        for words in {entry.exact.exact, entry.lead.exact if entry.lead else entry.exact.exact}:
            by_words[words].append(entry)
    groups: dict[str, list[Line]] = defaultdict(list)
    for line in matching.lines.values():
        groups[matching.prints[line.id].exact].append(line)
    below = _below(matching)
    # What is told apart by what it stands under comes after that.
    for words, lines in sorted(groups.items(), key=lambda g: (len(g[1]) > 1, min(x.id.count(".") for x in g[1]))):
        found = [e for e in by_words[words] if e.index not in matching.line_of]
        pairs = [(e, x) for e in found for x in lines if _fits(e, x, matching.prints[x.id])]
        if len(lines) == 1 and len(pairs) == 1:
            matching.put(pairs[0][0].index, lines[0].id)
            continue
        order = {x.id: n for n, x in enumerate(lines)}
        place = {e.index: n for n, e in enumerate(found)}
        ranked = sorted(
            pairs, key=lambda p: (-_agreement(matching, below, *p), abs(place[p[0].index] - order[p[1].id]))
        )
        for entry, line in ranked:
            if entry.index not in matching.line_of and line.id not in matching.entry_of:
                matching.put(entry.index, line.id)


def _below(matching: Matching) -> dict[int | str | None, set[str]]:
    """Return the words directly below each entry (by index) and each line (by id); None holds nothing."""
    below: dict[int | str | None, set[str]] = defaultdict(set)
    for entry in matching.entries:
        if entry.parent is not None:
            below[entry.parent].add(entry.exact.exact)
    for line in matching.lines.values():
        if line.parent is not None:
            below[line.parent].add(matching.prints[line.id].exact)
    return below


def _agreement(matching: Matching, below: Mapping[int | str | None, set[str]], entry: Entry, line: Line) -> float:
    """Return how well the entry's surroundings are those of the line."""
    score = 0.0
    up, over, weight = entry.parent, line.parent, 8.0
    while up is not None and over is not None:
        parent = matching.entries[up]
        if matching.line_of.get(up) == over or _fits(parent, matching.lines[over], matching.prints[over]):
            score += weight
            over = matching.lines[over].parent
            weight /= 2
        up = parent.parent
    score += 8 * _overlap(below.get(entry.index, set()), below.get(line.id, set()))
    score += 4 * _overlap(below.get(entry.parent, set()), below.get(line.parent, set()))
    heads = entry.shape in (Shape.HEADING, Shape.BOLD)
    score += 6 * (heads == (line.kind is Kind.HEADING)) + 2 * ((entry.lead is not None) == (line.kind is not Kind.ITEM))
    return score


def _overlap(a: set[str], b: set[str]) -> float:
    return len(a & b) / len(a | b) if a and b else 0.0


def _same_children(matching: Matching) -> bool:
    """Take a heading or group for the line whose lines stand below it, whatever its words are. True when one was."""
    kept: dict[tuple[int, str], int] = defaultdict(int)
    sizes: dict[int, int] = defaultdict(int)
    for index, line_id in matching.line_of.items():
        up, over = matching.entries[index].parent, matching.lines[line_id].parent
        if up is not None and up not in matching.line_of:
            sizes[up] += 1
            if over is not None and over not in matching.entry_of:
                kept[up, over] += 1
    for (up, over), count in sorted(kept.items(), key=lambda k: (-k[1], k[0])):
        if (
            count * 2 > sizes[up]
            and count >= 2
            and matching.above(matching.entries[up]) == matching.wanted_above(matching.lines[over])
        ):
            _reword(matching, matching.entries[up], matching.lines[over])
            return True
    return False


def _same_place(matching: Matching) -> bool:
    """Take entries for lines where they stand between the same neighbours with words alike. True when one was."""
    entries: dict[str | None, list[Entry]] = defaultdict(list)
    for entry in matching.open_entries():
        entries[matching.above(entry)].append(entry)
    best: tuple[float, Entry, Line] | None = None
    for line in matching.open_lines():
        for entry in entries[matching.wanted_above(line)]:
            alike = similarity(entry.exact, matching.prints[line.id])
            if alike < ALIKE or not _between(matching, entry, line):
                continue
            if best is None or alike > best[0]:
                best = alike, entry, line
    if best is None:
        return False
    _reword(matching, best[1], best[2])
    return True


def _between(matching: Matching, entry: Entry, line: Line) -> bool:
    """Whether at least one neighbour of the line is the entry's neighbour too, or both have none on that side."""
    siblings = [x.id for x in matching.lines.values() if x.parent == line.parent]
    at = siblings.index(line.id)
    parent = matching.above(entry)
    beside = [e.index for e in matching.entries if e.index in matching.line_of and matching.above(e) == parent]
    before = next((i for i in reversed(siblings[:at]) if i in matching.entry_of), None)
    after = next((i for i in siblings[at + 1 :] if i in matching.entry_of), None)
    left = next((matching.line_of[i] for i in reversed(beside) if i < entry.index), None)
    right = next((matching.line_of[i] for i in beside if i > entry.index), None)
    return left == before or right == after


def _reword(matching: Matching, entry: Entry, line: Line) -> None:
    matching.put(entry.index, line.id)
    matching.reworded[entry.index] = round(similarity(entry.exact, matching.prints[line.id]), 2)
