"""Nearest neighbours by looking at all, and how many of them a search found. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float64]


def topics(
    count: int, dimension: int, each: int, spread: float, random: np.random.Generator
) -> tuple[Vectors, Vectors]:
    """Return vectors that lie in groups, as texts on the same matter do, and the groups' centres.

    Without groups all vectors of many dimensions are about as far from each other, and nearest ones mean nothing.

    Args:
        each: vectors of a group.
        spread: how far they lie from their centre, by the distance of the centre from the origin.
    """
    centres = random.normal(size=(max(1, count // each), dimension))
    return around(centres, count, spread, random), centres


def around(centres: Vectors, count: int, spread: float, random: np.random.Generator) -> Vectors:
    """Return vectors around centres, taken in turn, with four decimals, as they are sent."""
    there = centres[np.arange(count) % len(centres)]
    return np.round(there + spread * random.normal(size=there.shape), 4)


def nearest(stored: Vectors, asked: Vectors, top: int, metric: str) -> list[list[int]]:
    """Return for each vector that is asked for the rows of the nearest stored ones, the nearest first.

    Args:
        metric: cosine, dotproduct or euclidean.

    Raises:
        ValueError: it is another one.
    """
    if metric == "cosine":
        lengths = np.linalg.norm(stored, axis=1)
        scores = (asked @ stored.T) / lengths
    elif metric == "dotproduct":
        scores = asked @ stored.T
    elif metric == "euclidean":
        scores = 2 * (asked @ stored.T) - np.square(stored).sum(axis=1)
    else:
        raise ValueError(f"unknown metric {metric!r}")
    return [[int(row) for row in np.argsort(-line, kind="stable")[:top]] for line in scores]


def recall(found: Sequence[Sequence[int]], wanted: Sequence[Sequence[int]]) -> float:
    """Return the share of the nearest neighbours that were found, over all searches. Raises ValueError for none."""
    if not wanted:
        raise ValueError("no searches")
    hits = sum(len(set(got) & set(want)) for got, want in zip(found, wanted, strict=True))
    return hits / sum(len(want) for want in wanted)
