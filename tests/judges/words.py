"""How much of what was said was understood. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz.distance import Levenshtein

_GAPS = re.compile(r"[^\w]+", re.UNICODE)


def plain(text: str) -> list[str]:
    """Return the words of a text, without case and punctuation."""
    return _GAPS.sub(" ", text.casefold().replace("'", "")).split()


def word_error_rate(said: str, heard: str) -> float:
    """Return the share of words that were heard wrongly, left out or added, by what was said (1 at most)."""
    want, got = plain(said), plain(heard)
    if not want:
        return float(bool(got))
    return min(1.0, Levenshtein.distance(want, got) / len(want))


def letter_error_rate(said: str, heard: str) -> float:
    """Return the same of letters, gaps between words aside: not every language writes them, nor every recognition."""
    return float(Levenshtein.normalized_distance("".join(plain(said)), "".join(plain(heard))))


def nearest(heard: str, said: Sequence[str]) -> int:
    """Return which of several texts is the most like what was heard, by its letters. Raises ValueError for none."""
    return min(range(len(said)), key=lambda n: letter_error_rate(said[n], heard))
