"""Embeddings with meaning: texts about the same thing are near each other, others are not; the same text gives the
same vector.

A text becomes weighted features: words (stemmed lightly; common words count little), word pairs, letter trigrams (so
that inflections and misspellings stay near), and the concepts of `concepts.toml` (so that a paraphrase without a
shared word is still near). Each feature has a fixed random direction that depends on the model; the sum, normalised,
is the embedding.
"""

from __future__ import annotations

import hashlib
import itertools
import re
import tomllib
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_TOKEN = re.compile(r"[A-Za-z]{1,6}|\d{1,3}|[^\sA-Za-z\d]")
_COMMON = frozenset(
    [
        "a",
        "an",
        "the",
        "and",
        "or",
        "but",
        "if",
        "then",
        "so",
        "of",
        "to",
        "in",
        "on",
        "at",
        "by",
        "for",
        "from",
        "with",
        "as",
        "is",
        "am",
        "are",
        "was",
        "were",
        "be",
        "been",
        "being",
        "it",
        "its",
        "this",
        "that",
        "these",
        "those",
        "i",
        "you",
        "he",
        "she",
        "we",
        "they",
        "me",
        "him",
        "her",
        "us",
        "them",
        "my",
        "your",
        "his",
        "our",
        "their",
        "do",
        "does",
        "did",
        "have",
        "has",
        "had",
        "will",
        "would",
        "can",
        "could",
        "should",
        "may",
        "might",
        "must",
        "there",
        "here",
        "what",
        "which",
        "who",
        "whom",
        "when",
        "where",
        "why",
        "how",
        "not",
        "no",
        "nor",
        "very",
        "just",
        "also",
        "too",
        "than",
        "s",
        "t",
        "m",
        "re",
        "ve",
        "ll",
        "d",
    ]
)


def tokens(text: str) -> int:
    """How many tokens a text costs: close to the provider's count for English, at least 1."""
    return max(1, len(_TOKEN.findall(text)))


def embed(text: str, model: str, dimensions: int, full: int) -> Vector:
    """Unit vector of the first `dimensions` of the model's `full` (a multiple of 8) components; shape (dimensions,)."""
    total: NDArray[np.float64] = np.zeros(full)
    for feature, weight in _features(text).items():
        total += weight * _direction(model, feature, full)
    part = total[:dimensions]
    return np.asarray(part / np.linalg.norm(part), dtype=np.float32)


def _direction(model: str, feature: str, full: int) -> NDArray[np.float64]:
    bits = hashlib.shake_128(f"{model}\0{feature}".encode()).digest(full // 8)
    return np.asarray(np.unpackbits(np.frombuffer(bits, dtype=np.uint8)) * 2.0 - 1.0, dtype=np.float64)


def _features(text: str) -> dict[str, float]:
    # Every text has this one, as real embeddings have a common mean: unrelated texts are slightly similar.
    features: dict[str, float] = {"text": 0.4}

    def add(feature: str, weight: float) -> None:
        features[feature] = features.get(feature, 0.0) + weight

    words = [word.lower().replace("’", "'") for word in _WORD.findall(text)]
    stems = [_stem(word) for word in words]
    for word, stem in zip(words, stems, strict=True):
        if word in _COMMON:
            add(f"w:{word}", 0.15)
            continue
        add(f"w:{stem}", 1.0)
        padded = f" {stem} "
        trigrams = [padded[at : at + 3] for at in range(len(padded) - 2)]
        for trigram in trigrams:
            add(f"t:{trigram}", 0.6 / len(trigrams))
        for concept in _concepts().get(stem, ()):
            add(f"c:{concept}", 1.3)
    for first, second in itertools.pairwise(stems):
        add(f"p:{first} {second}", 0.25)
    if not words:
        add(f"raw:{text}", 1.0)
    # A word said ten times is not ten times as much about it.
    return {feature: float(np.sqrt(weight)) if weight > 1 else weight for feature, weight in features.items()}


def _stem(word: str) -> str:
    word = word.removesuffix("'s")
    if not word.isascii() or len(word) < 4:
        return word
    for ending, least in (("ing", 6), ("ies", 5), ("ed", 5), ("es", 5), ("s", 4)):
        if word.endswith(ending) and len(word) >= least and not word.endswith("ss"):
            word = word[: -len(ending)] + ("y" if ending == "ies" else "")
            break
    return word.rstrip("e") if len(word) > 4 else word


@cache
def _concepts() -> dict[str, tuple[str, ...]]:
    table: dict[str, list[str]] = {}
    for concept, words in tomllib.loads(files(__package__).joinpath("concepts.toml").read_text("utf-8")).items():
        for word in dict.fromkeys(_stem(word) for word in words.split()):
            table.setdefault(word, []).append(concept)
    return {word: tuple(concepts) for word, concepts in table.items()}
