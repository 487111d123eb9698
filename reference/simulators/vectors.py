"""A vector index in memory: namespaces, nearest neighbours (exact, by lists, or without index), metadata filters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import mul
from typing import Any

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]
METRICS = ("cosine", "euclidean", "dotproduct")


class BadFilterError(ValueError):
    """A metadata filter that is not understood."""


@dataclass(frozen=True)
class Search:
    """How a namespace is searched.

    `lists`: vectors lie in so many lists by the nearest of sampled centres, and a search looks into the `probes`
    nearest ones (an inverted file); 0 looks at all. `unindexed`: number by number.
    """

    lists: int = 0
    probes: int = 1
    unindexed: bool = False


@dataclass
class Namespace:
    """Vectors by id; row i of `matrix` belongs to `ids[i]`, rows past `len(ids)` are spare."""

    dimension: int
    ids: list[str] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    metadata: dict[str, dict[str, Any]] = field(default_factory=dict)
    matrix: Matrix = field(init=False)
    _filed: tuple[int, int, Matrix, NDArray[np.intp]] | None = field(default=None, init=False)
    """Lists, changes, centres, and each row's list, as they were when they were made."""
    _measured: tuple[int, Matrix] | None = field(default=None, init=False)
    """Changes, and the length of each row, as they were when they were measured."""
    _changes: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.matrix = np.zeros((64, self.dimension), dtype=np.float32)

    def __len__(self) -> int:
        return len(self.ids)

    def upsert(self, id_: str, values: Iterable[float], metadata: dict[str, Any] | None) -> None:
        row = self.rows.get(id_)
        if row is None:
            row = self.rows[id_] = len(self.ids)
            self.ids.append(id_)
            if row == len(self.matrix):
                self.matrix = np.concatenate([self.matrix, np.zeros_like(self.matrix)])
        self.matrix[row] = np.asarray(values, dtype=np.float32)
        self.metadata[id_] = metadata or {}
        self._changes += 1

    def values(self, id_: str) -> Matrix:
        return np.asarray(self.matrix[self.rows[id_]])

    def delete(self, id_: str) -> None:
        row = self.rows.pop(id_, None)
        if row is None:
            return
        del self.metadata[id_]
        self._changes += 1
        last = self.ids.pop()
        if last != id_:
            self.ids[row], self.rows[last] = last, row
            self.matrix[row] = self.matrix[len(self.ids)]

    def matching(self, condition: dict[str, Any]) -> list[str]:
        return [id_ for id_ in self.ids if matches(self.metadata[id_], condition)]

    def nearest(
        self, vector: Matrix, top: int, metric: str, condition: dict[str, Any] | None, how: Search | None = None
    ) -> list[tuple[str, float]]:
        """Ids with their scores, best first. `euclidean` scores are squared distances (small is best)."""
        how = how or Search()
        chosen = np.array([self.rows[id_] for id_ in self.matching(condition)], dtype=np.intp) if condition else None
        count = len(self.ids) if chosen is None else len(chosen)
        if not count:
            return []
        if how.lists and chosen is None and count > how.lists:
            chosen = self._looked_into(vector, how)
        rows, lengths = self.matrix[: len(self.ids)], self._lengths()
        if chosen is not None:
            rows, lengths = rows[chosen], lengths[chosen]
        if how.unindexed:
            asked, beside = vector.tolist(), float(np.linalg.norm(vector))
            both = zip(rows, lengths.tolist(), strict=True)
            scores = np.array([_score(row, length, asked, beside, metric) for row, length in both])
        else:
            scores = _scores(rows, lengths, vector, metric)
        order = np.argsort(scores if metric == "euclidean" else -scores, kind="stable")[:top]
        there = order if chosen is None else chosen[order]
        return [(self.ids[row], float(scores[place])) for place, row in zip(order, there, strict=True)]

    def _lengths(self) -> Matrix:
        if self._measured is None or self._measured[0] != self._changes:
            self._measured = (self._changes, np.linalg.norm(self.matrix[: len(self.ids)], axis=1))
        return self._measured[1]

    def _looked_into(self, vector: Matrix, how: Search) -> NDArray[np.intp]:
        """Rows of the lists whose centres are the nearest."""
        rows = self.matrix[: len(self.ids)]
        if self._filed is None or self._filed[:2] != (how.lists, self._changes):
            chosen = np.random.default_rng(how.lists).choice(len(rows), how.lists, replace=False)
            centres = rows[chosen] / np.maximum(np.linalg.norm(rows[chosen], axis=1, keepdims=True), 1e-9)
            self._filed = (how.lists, self._changes, centres, np.argmax(rows @ centres.T, axis=1))
        _, _, centres, lists = self._filed
        probed = np.argsort(-(centres @ vector))[: how.probes]
        return np.flatnonzero(np.isin(lists, probed))


def _scores(rows: Matrix, lengths: Matrix, vector: Matrix, metric: str) -> Matrix:
    if metric == "euclidean":
        return np.asarray(np.square(rows - vector).sum(axis=1))
    scores = rows @ vector
    if metric == "cosine":
        both = lengths * float(np.linalg.norm(vector))
        scores = scores / np.where(both == 0, 1, both)
    return np.asarray(scores)


def _score(row: Matrix, length: float, asked: list[float], beside: float, metric: str) -> float:
    """The same of one row, one number after the other, as without an index."""
    if metric == "euclidean":
        return sum((a - b) ** 2 for a, b in zip(row.tolist(), asked, strict=True))
    product = sum(map(mul, row.tolist(), asked))
    return product / (length * beside or 1) if metric == "cosine" else product


def matches(metadata: dict[str, Any], condition: Any) -> bool:
    """Whether a record's metadata fits a filter such as {"user": {"$eq": "a"}, "year": {"$gte": 2020}}. Raises
    BadFilterError.
    """
    if not isinstance(condition, dict):
        raise BadFilterError("a filter must be an object")
    return all(_clause(metadata, name, wanted) for name, wanted in condition.items())


def _clause(metadata: dict[str, Any], name: str, wanted: Any) -> bool:
    if name == "$and":
        return all(matches(metadata, part) for part in wanted)
    if name == "$or":
        return any(matches(metadata, part) for part in wanted)
    if name.startswith("$"):
        raise BadFilterError(f"{name} is not a valid operator")
    tests = wanted if isinstance(wanted, dict) else {"$eq": wanted}
    return all(_test(metadata.get(name), name in metadata, operator, value) for operator, value in tests.items())


def _test(have: Any, present: bool, operator: str, value: Any) -> bool:
    several = have if isinstance(have, list) else [have]
    match operator:
        case "$eq":
            return present and value in several
        case "$ne":
            return not present or value not in several
        case "$in":
            return present and any(item in value for item in several)
        case "$nin":
            return not present or all(item not in value for item in several)
        case "$exists":
            return present is bool(value)
        case "$gt" | "$gte" | "$lt" | "$lte":
            if isinstance(have, bool) or not isinstance(have, int | float) or not isinstance(value, int | float):
                return False
            return {"$gt": have > value, "$gte": have >= value, "$lt": have < value, "$lte": have <= value}[operator]
    raise BadFilterError(f"{operator} is not a valid operator")
