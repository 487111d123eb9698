"""The vector index really searches: exactly, without an index to the same end, and by lists to a poorer one."""

from __future__ import annotations

import numpy as np
import pytest

from reference.simulators.vectors import Namespace, Search


@pytest.fixture(scope="module")
def space() -> Namespace:
    random = np.random.default_rng(5)
    found = Namespace(16)
    for number, row in enumerate(random.normal(size=(400, 16)).astype(np.float32)):
        found.upsert(f"{number}", row, None)
    return found


@pytest.mark.parametrize("metric", ["cosine", "dotproduct", "euclidean"])
def test_number_by_number_finds_the_same(space: Namespace, metric: str) -> None:
    vector = np.ones(16, dtype=np.float32)
    exact, slow = (space.nearest(vector, 5, metric, None, how) for how in (None, Search(unindexed=True)))
    assert [id_ for id_, _ in exact] == [id_ for id_, _ in slow]
    assert [score for _, score in slow] == pytest.approx([score for _, score in exact], rel=1e-4)


def test_few_lists_miss_neighbours_and_all_lists_none(space: Namespace) -> None:
    queries = np.random.default_rng(6).normal(size=(40, 16)).astype(np.float32)

    def found(how: Search | None) -> list[set[str]]:
        return [{id_ for id_, _ in space.nearest(query, 5, "cosine", None, how)} for query in queries]

    exact = found(None)
    assert found(Search(lists=20, probes=20)) == exact
    hits = sum(len(got & want) for got, want in zip(found(Search(lists=20, probes=1)), exact, strict=True))
    assert 0 < hits < 0.9 * 5 * len(exact)


def test_lists_follow_changes(space: Namespace) -> None:
    space.nearest(np.ones(16, dtype=np.float32), 1, "cosine", None, Search(lists=20, probes=1))
    space.upsert("new", np.full(16, 9.0, dtype=np.float32), None)
    ((id_, _),) = space.nearest(np.full(16, 9.0, dtype=np.float32), 1, "cosine", None, Search(lists=20, probes=20))
    space.delete("new")
    assert id_ == "new"
