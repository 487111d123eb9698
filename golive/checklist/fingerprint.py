"""Recognises a checklist document's lines without carrying its sentences.

A fingerprint is made of hashes of the normalised text: one of the whole, which says "the same line", and one of each
word, which says how near a reworded line is. Fingerprints of both products' documents stand in
`checklists/fingerprints.json`, by line id.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

FINGERPRINTS = Path(__file__).parents[2] / "checklists" / "fingerprints.json"

_LIST_MARK = re.compile(r"^\s*(?:>\s*)*(?:(?:[-*+]|\d{1,3}[.)]|#{1,6})\s+)?(?:\[[ xX]?\](?=\s)\s*)?")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)\s]*\)")
_COMMENT = re.compile(r"<!--.*?-->")
_SIGNATURE = re.compile(r"[\s:*]*_{3,}[\s_]*(?:\bdate\b[\s:*]*(?:_{3,}[\s_]*)?)?$", re.IGNORECASE)
_PICTURE_LETTER = re.compile("[^\x00-\x7f]\ufe0f")  # a letter or sign that a variation selector turns into an emoji


@dataclass(frozen=True)
class Fingerprint:
    """A line's text as hashes.

    `exact` is 16 hex digits of the SHA-256 of the normalised text; `words` has 4 hex digits for each word, in order.
    """

    exact: str
    words: tuple[str, ...]


class FingerprintError(Exception):
    """The file of fingerprints can't be read; the message says what is wrong with it."""


def normalise(text: str) -> str:
    """Return the words of one line of markdown: lower case, with one space between, free of marks and emoji.

    A list mark, a box, a link's address and the blanks for a signature at the end are left out. UTF-8 that was read as
    cp1252 and saved so is read back where it stands for a letter, and left out otherwise.
    """
    text = _mend(text)  # first: a damaged space still ends in a space, which stripping would take away
    text = _SIGNATURE.sub("", _LINK.sub(r"\1", _COMMENT.sub(" ", _LIST_MARK.sub("", text))).rstrip())
    text = _PICTURE_LETTER.sub(" ", text)
    # Before NFKC, which would turn a picture such as a circled letter into a letter.
    text = "".join(" " if unicodedata.category(char) == "So" else char for char in text)
    text = unicodedata.normalize("NFKC", text).lower()
    return " ".join("".join(char if char.isalnum() else " " for char in text).split())


def fingerprint(text: str) -> Fingerprint:
    """Return the fingerprint of one line of a checklist document, with or without its markdown marks."""
    normal = normalise(text)
    return Fingerprint(_hash(normal, 16), tuple(_hash(word, 4) for word in normal.split()))


def similarity(a: Fingerprint, b: Fingerprint) -> float:
    """Return how much two lines' words agree, from 0.0 (no word) to 1.0 (the same words, in any order).

    Words count as often as they stand there (Dice's coefficient of the two multisets). A line without words, such
    as one that holds but an emoji, is like no other.
    """
    total = len(a.words) + len(b.words)
    if not a.words or not b.words:
        return 0.0
    return 2 * (Counter(a.words) & Counter(b.words)).total() / total


def load(path: Path = FINGERPRINTS) -> dict[str, Fingerprint]:
    """Return the fingerprints of every heading, group and item of all products, by line id, in document order.

    Raises:
        FingerprintError: the file is missing, is no JSON, or an entry is not a fingerprint.
    """
    try:
        products = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise FingerprintError(f"{path.name}: {error}") from error
    if not isinstance(products, dict) or not all(isinstance(lines, dict) for lines in products.values()):
        raise FingerprintError(f"{path.name}: expected an object of products, each an object of line ids")
    found: dict[str, Fingerprint] = {}
    for product, lines in products.items():
        for line_id, entry in lines.items():
            if line_id in found:
                raise FingerprintError(f"{path.name}: {line_id} of {product} stands twice")
            found[line_id] = _entry(entry, f"{path.name}: {line_id}")
    if not found:
        raise FingerprintError(f"{path.name}: holds no fingerprint")
    return found


def _entry(entry: object, where: str) -> Fingerprint:
    match entry:
        case {"exact": str(exact), "words": [*words], **rest} if not rest:
            if _is_hex(exact, 16) and words and all(isinstance(word, str) and _is_hex(word, 4) for word in words):
                return Fingerprint(exact, tuple(words))
    raise FingerprintError(f"{where}: expected exact (16 hex digits) and words (4 hex digits each, at least one)")


def _is_hex(text: str, digits: int) -> bool:
    return re.fullmatch(rf"[0-9a-f]{{{digits}}}", text) is not None


def _hash(text: str, digits: int) -> str:
    return sha256(text.encode()).hexdigest()[:digits]


def _cp1252() -> dict[int, str]:
    """Return the character that a reader of cp1252 sees for each byte from 0x80 on; undefined ones stay controls."""
    seen = {}
    for byte in range(0x80, 0x100):
        try:
            seen[byte] = bytes([byte]).decode("cp1252")
        except UnicodeDecodeError:
            seen[byte] = chr(byte)
    return seen


_SEEN = _cp1252()
_BYTE = {char: byte for byte, char in _SEEN.items()}


def _damaged() -> re.Pattern[str]:
    """Return the pattern of one damaged character: whole, or, for symbols and emoji, also with bytes lost."""

    def of(first: int, last: int) -> str:
        return "".join(re.escape(_SEEN[byte]) for byte in range(first, last + 1))

    # A continuation byte that cp1252 does not define is often saved as the replacement character.
    tail = f"[{of(0x80, 0xBF)}\ufffd]"
    whole = f"[{of(0xC2, 0xDF)}]{tail}|[{of(0xE0, 0xEF)}]{tail}{{2}}|[{of(0xF0, 0xF4)}]{tail}{{3}}"
    cut = f"[{_SEEN[0xE2]}{_SEEN[0xEF]}{_SEEN[0xF0]}]{tail}{{1,2}}"
    return re.compile(f"{whole}|{cut}|\ufffd")


_DAMAGED = _damaged()


def _mend(text: str) -> str:
    return _DAMAGED.sub(lambda damaged: _read_back(damaged.group()), text)


def _read_back(damaged: str) -> str:
    try:
        return bytes(_BYTE[char] for char in damaged).decode("utf-8")
    except (KeyError, UnicodeDecodeError):
        return " "
