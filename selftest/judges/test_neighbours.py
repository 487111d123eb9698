"""Neighbours by brute force."""

from __future__ import annotations

import numpy as np
import pytest

from tests.judges.neighbours import around, nearest, recall, topics

STORED = np.array([[1.0, 0.0], [0.0, 2.0], [3.0, 3.0]])


@pytest.mark.parametrize(
    ("metric", "order"), [("cosine", [0, 2, 1]), ("dotproduct", [2, 0, 1]), ("euclidean", [0, 1, 2])]
)
def test_each_metric_has_its_order(metric: str, order: list[int]) -> None:
    assert nearest(STORED, np.array([[1.0, 0.1]]), 3, metric) == [order]


def test_another_metric_is_an_error() -> None:
    with pytest.raises(ValueError, match="hamming"):
        nearest(STORED, STORED, 1, "hamming")


def test_recall_counts_what_was_found() -> None:
    assert recall([[1, 2, 9], [4]], [[1, 2, 3], [4, 5, 6]]) == pytest.approx(0.5)
    with pytest.raises(ValueError, match="no searches"):
        recall([], [])


def test_neighbours_are_of_the_same_topic() -> None:
    random = np.random.default_rng(4)
    stored, centres = topics(60, 64, 6, 0.5, random)
    asked = around(centres, 10, 0.5, random)
    found = nearest(stored, asked, 5, "cosine")
    assert all({row % len(centres) for row in rows} == {place} for place, rows in enumerate(found))
