"""Whether somebody's address can be read in what a database keeps of it, and what a copy of their data lacks. Pure."""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from collections.abc import Collection, Iterable, Mapping

from fixtures.privacy.traces import Traces

_CODED = re.compile(r"[A-Za-z0-9+/_=-]{8,}")


def readable(kept: str, plain: str) -> str:
    """Return how a text is read in what is kept of it: `as it is`, `in base64`, ...; empty when it is not.

    Args:
        plain: compared without case and, for telephone numbers, without what separates digits.
    """
    wanted = _folded(plain)
    ways = {"as it is": kept, "backwards": kept[::-1], "with letters replaced": codecs.encode(kept, "rot13")}
    for word in _CODED.findall(kept):
        for way, decode in (("in base64", _base64), ("in hexadecimal", bytes.fromhex)):
            try:
                ways[way] = ways.get(way, "") + decode(word).decode("utf-8", "ignore")
            except (ValueError, binascii.Error):
                continue
    return next((way for way, text in ways.items() if wanted in _folded(text)), "")


def strays(found: Mapping[str, Traces], places: Collection[str] = ()) -> list[str]:
    """Return the places where words of a person are and should not be."""
    return [
        f"{traces.by_words} in {place}" for place, traces in found.items() if traces.by_words and place not in places
    ]


def lacking(texts: Iterable[str], planted: Mapping[str, str]) -> list[str]:
    """Return what a copy of somebody's data does not hold.

    Args:
        texts: every text in the copy.
        planted: our word for a thing to a text (an id, a name) that a copy with it holds.
    """
    copied = "\n".join(texts).lower()
    return [word for word, text in planted.items() if text.lower() not in copied]


def _base64(word: str) -> bytes:
    return base64.b64decode(word + "=" * (-len(word) % 4), altchars=b"-_" if re.search(r"[-_]", word) else None)


def _folded(text: str) -> str:
    return re.sub(r"[\s()./-]", "", text).lower()
