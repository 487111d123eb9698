"""Writes a document back with its boxes ticked: every byte but those of the boxes stays, notes are comments.

A box is ticked only where its line's check passed; that of a group, where all that stands under it passed. Reworded
lines stay open: the check proved the old words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from markdown_it import MarkdownIt

from golive.catalogue import Catalogue, Kind
from golive.checklist.document import Document, DocumentError, without_notes
from golive.checklist.entries import Entry, Shape
from golive.checklist.findings import Findings, below, lines_below
from golive.checklist.match import Matching
from golive.report.wording import one_line
from golive.results import LineResult
from golive.rollup import Rollup, State, roll_up
from golive.verdict import Verdict

LONGEST = 120
_LINE_ENDS = b"\r\n"


@dataclass(frozen=True, slots=True)
class Ticks:
    """Entry index to whether its box is ticked, for all lines; and the note of each that is not."""

    holds: Mapping[int, bool]
    notes: Mapping[int, str]

    def by_hand(self, matching: Matching) -> list[Entry]:
        """Return the boxes that somebody ticked in the document and that this run does not tick."""
        return [e for e in matching.entries if e.ticked and not self.holds.get(e.index)]

    def ticked(self, matching: Matching) -> int:
        """Return how many boxes this run ticks."""
        return sum(e.box is not None and self.holds.get(e.index, False) for e in matching.entries)


def judge(matching: Matching, found: Findings, catalogue: Catalogue, results: Iterable[LineResult]) -> Ticks:
    """Return which of the document's lines hold in this run, and what to say beside the others."""
    given = {r.id: r for r in results}
    return _Judge(matching, found, catalogue, given, roll_up(catalogue, given.values())).ticks()


@dataclass(frozen=True, slots=True)
class _Judge:
    matching: Matching
    found: Findings
    catalogue: Catalogue
    results: Mapping[str, LineResult]
    rollups: Mapping[str, Rollup]

    def ticks(self) -> Ticks:
        leaves = {e.index: self.leaf(e) for e in self.found.lines if self.is_leaf(e)}
        notes = dict(leaves)
        for e in self.found.lines:
            if e.index not in leaves:
                under = [x for x in below(self.matching, e) if x.index in leaves]
                notes[e.index] = self.group(e, sum(bool(leaves[x.index]) for x in under), len(under))
        for e in self.found.lines:  # last: they look at all the others
            line_id = self.matching.line_of.get(e.index)
            if line_id and self.catalogue[line_id].rolls_up and not notes[e.index]:
                under = lines_below(self.matching, self.found, self.catalogue[line_id])
                if bad := sum(bool(notes[x.index]) for x in under if x.index in leaves):
                    notes[e.index] = f"{line_id} open: {bad} of this document's lines under it do not hold"
        return Ticks({i: not n for i, n in notes.items()}, {i: n for i, n in notes.items() if n})

    def is_leaf(self, entry: Entry) -> bool:
        line_id = self.matching.line_of.get(entry.index)
        if line_id is not None:
            return self.catalogue[line_id].kind is Kind.ITEM
        return entry.shape is not Shape.HEADING

    def leaf(self, entry: Entry) -> str:
        """Return why a line does not hold, or an empty string."""
        line_id = self.matching.line_of.get(entry.index)
        if line_id is None:
            return "no check knows this line"
        result = self.results.get(line_id)
        if result is None:
            return f"{line_id} not selected in this run"
        if entry.index in self.matching.reworded:
            return f"{line_id} reworded, so left open: the check of the old words {_word(result.verdict)}"
        if result.verdict is Verdict.PASSED:
            return ""
        why = result.waiver or result.message or "no reason was given"
        return f"{line_id} {why}" if why.startswith(f"{result.verdict}:") else f"{line_id} {result.verdict}: {why}"

    def group(self, entry: Entry, bad: int, of: int) -> str:
        line_id = self.matching.line_of.get(entry.index)
        if line_id is None:
            return "no check knows this line"
        rollup = self.rollups[line_id]
        if rollup.state is not State.PASSED or rollup.partial or rollup.waived:
            return f"{line_id} {rollup.words}"
        if entry.index in self.matching.reworded:
            return f"{line_id} reworded, so left open: the lines under it passed"
        return f"{line_id} open: {bad} of {of} lines under it do not hold" if bad else ""


def _word(verdict: Verdict) -> str:
    return {Verdict.UNVERIFIED: "is unverified", Verdict.WAIVED: "is waived"}.get(verdict, verdict.value)


def write(document: Document, matching: Matching, ticks: Ticks) -> bytes:
    """Return the document with its boxes ticked and a comment beside each line that does not hold.

    A note that Markdown would not read as a comment where it would stand (inside a code span, say) is left off. In
    code blocks, where no comment is one, the notes follow the block.
    """
    ticked = _tick(document, matching, ticks)
    notes = {i: _note(text, document) for i, text in ticks.notes.items() if matching.entries[i].shape not in
             (Shape.HEADING, Shape.BOLD)}  # fmt: skip
    written = _with_notes(document, matching, ticked, notes)
    unread = Counter(notes.values()) - _comments(written, document)
    if unread:
        notes = {i: note for i, note in notes.items() if note not in unread}
        written = _with_notes(document, matching, ticked, notes)
    if without_notes(written) != b"".join(ticked):
        # Never write what loses a byte.
        raise DocumentError(f"{document.path.name} is not written back: its notes could not be told from its own text")
    return written


def _tick(document: Document, matching: Matching, ticks: Ticks) -> list[bytes]:
    lines = list(document.lines)
    for e in matching.entries:
        if e.box is not None and e.ticked != ticks.holds.get(e.index, False):
            mark = b" " if e.ticked else b"x"
            lines[e.at] = lines[e.at][: e.box] + mark + lines[e.at][e.box + 1 :]
    return lines


def _with_notes(document: Document, matching: Matching, ticked: list[bytes], notes: Mapping[int, bytes]) -> bytes:
    lines = list(ticked)
    after: dict[int, list[bytes]] = {}
    for index, note in notes.items():
        e = matching.entries[index]
        if not e.in_code:
            lines[e.at] = _beside(lines[e.at], note)
        elif e.fence_end is not None:
            after.setdefault(e.fence_end, []).append(note)
    for at, block in after.items():
        line = lines[at]
        end = line[len(line.rstrip(_LINE_ENDS)) :]
        prefix = line[: len(line) - len(line.lstrip(b" \t>"))]
        if end:
            lines[at] = line + b"".join(prefix + note + end for note in block)
        else:
            own = next((x[len(x.rstrip(_LINE_ENDS)) :] for x in document.lines), b"\n")
            lines[at] = line + b"".join(own + prefix + note for note in block)
    return b"".join(lines)


def _beside(line: bytes, note: bytes) -> bytes:
    """Put the note behind the words and before what ends the line: spaces or a backslash may be a line break."""
    words = line.rstrip(b" \t\r\n")
    if words.endswith(b"\\") and not words.endswith(b"\\\\"):
        words = words[:-1].rstrip(b" \t")
    return words + b" " + note + line[len(words) :]


def _note(text: str, document: Document) -> bytes:
    """Return a comment that ends where it should: no double hyphen, no back-tick, one line."""
    told = one_line(text).replace("`", "'")
    while "--" in told:
        told = told.replace("--", "- -")
    if len(told) > LONGEST:
        told = told[: LONGEST - 3] + "..."
    return b"<!-- golive: " + told.encode(document.encoding, errors="replace") + b" -->"


def _comments(written: bytes, document: Document) -> Counter[bytes]:
    """Return the comments that Markdown sees."""
    found: Counter[bytes] = Counter()
    for token in MarkdownIt("commonmark").parse(written.decode(document.encoding, errors="replace")):
        for part in token.children or [token]:
            if part.type in ("html_inline", "html_block"):
                found.update(line.strip().encode(document.encoding, errors="replace") for line in
                             part.content.split("\n") if line.strip())  # fmt: skip
    return found
