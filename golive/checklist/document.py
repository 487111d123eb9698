"""Reads a team's checklist document: its bytes line by line, and the entries that may be lines of a checklist.

Bytes are kept as they are; text is decoded for reading only. Structure comes from CommonMark, with the checklists' own
habits: bold paragraphs that stand as headings, boxes and steps inside code fences.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from golive.checklist.entries import Entry, entries_of

_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")  # not splitlines(): CommonMark knows no other line ends
NOTE = re.compile(rb" ?<!-- golive: (?:(?!-->)[^\r\n])*-->")
_ALONE = NOTE.pattern.removeprefix(b" ?").join((rb"[ \t]*(?:>[ \t]?)*", b""))
_END = rb"(?:\r\n|\r|\n)"
# At the end of a file without a last line end, each has its line end before it.
_NOTE_LINE = re.compile(rb"(?:" + _END + _ALONE + rb")+\Z|(?:(?<=[\r\n])|\A)" + _ALONE + _END)
LARGEST = 4 * 1024 * 1024


class DocumentError(Exception):
    """The document can't be read as a checklist; the message says what to do."""


class Encoding(StrEnum):
    """How a document's bytes were read."""

    UTF8 = "utf-8"
    CP1252 = "cp1252"


@dataclass(frozen=True)
class Document:
    """A checklist document. `lines` are its bytes with line ends: joined they are the file, less golive's notes."""

    path: Path
    lines: tuple[bytes, ...]
    encoding: Encoding
    entries: tuple[Entry, ...] = field(repr=False)


def read_document(path: Path) -> Document:
    """Read the document at `path`.

    Notes that an earlier run wrote are taken off, so that a written document can be the next one's source.

    Raises:
        DocumentError: it is missing, a folder, empty, no text, or holds no box.
    """
    if path.is_dir():
        raise DocumentError(f"{path} is a folder. Name the Markdown file in it that is your checklist")
    try:
        if path.stat().st_size > LARGEST:
            raise DocumentError(f"{path} is larger than {LARGEST >> 20} MiB. Name a Markdown file with your checklist")
        data = path.read_bytes()
    except FileNotFoundError:
        raise DocumentError(f"{path} does not exist. Give the path of your checklist as Markdown") from None
    except OSError as error:
        raise DocumentError(f"{path} can't be read: {error.strerror}") from error
    return parse(data, path)


def parse(data: bytes, path: Path) -> Document:
    """Return the document that these bytes are; see `read_document`."""
    if not data.strip(b"\xef\xbb\xbf \t\r\n"):
        raise DocumentError(f"{path} is empty. Name a Markdown file with your checklist")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data:
        raise DocumentError(f"{path} is no UTF-8 text (UTF-16 or binary). Save it as UTF-8 and try again")
    data = without_notes(data)
    encoding, text = _decode(data)
    lines = tuple(_LINE.findall(data))
    entries = tuple(entries_of(text.removeprefix("\ufeff"), lines))
    if not any(e.box is not None for e in entries):
        raise DocumentError(f"{path} holds no box. A checklist has lines such as `- [ ] Backups are kept`")
    return Document(path, lines, encoding, entries)


def without_notes(data: bytes) -> bytes:
    """Return the bytes without the notes that golive wrote beside lines or on lines of their own."""
    return NOTE.sub(b"", _NOTE_LINE.sub(b"", data))


def _decode(data: bytes) -> tuple[Encoding, str]:
    try:
        return Encoding.UTF8, data.decode("utf-8")
    except UnicodeDecodeError:
        # cp1252 leaves five bytes undefined; only reading needs them, the bytes themselves are written back.
        return Encoding.CP1252, data.decode("cp1252", errors="replace")
