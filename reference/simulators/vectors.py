"""A vector index in memory: namespaces, exact nearest neighbours, metadata filters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]
METRICS = ("cosine", "euclidean", "dotproduct")


class BadFilterError(ValueError):
    """A metadata filter that is not understood."""


@dataclass
class Namespace:
    """Vectors by id; row i of `matrix` belongs to `ids[i]`, rows past `len(ids)` are spare."""

    dimension: int
    ids: list[str] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    metadata: dict[str, dict[str, Any]] = field(default_factory=dict)
    matrix: Matrix = field(init=False)

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

    def values(self, id_: str) -> Matrix:
        return np.asarray(self.matrix[self.rows[id_]])

    def delete(self, id_: str) -> None:
        row = self.rows.pop(id_, None)
        if row is None:
            return
        del self.metadata[id_]
        last = self.ids.pop()
        if last != id_:
            self.ids[row], self.rows[last] = last, row
            self.matrix[row] = self.matrix[len(self.ids)]

    def matching(self, condition: dict[str, Any]) -> list[str]:
        return [id_ for id_ in self.ids if matches(self.metadata[id_], condition)]

    def nearest(
        self, vector: Matrix, top: int, metric: str, condition: dict[str, Any] | None
    ) -> list[tuple[str, float]]:
        """Ids with their scores, best first. `euclidean` scores are squared distances (small is best)."""
        ids = self.matching(condition) if condition else self.ids
        if not ids:
            return []
        rows = self.matrix[[self.rows[id_] for id_ in ids]] if condition else self.matrix[: len(self.ids)]
        if metric == "euclidean":
            scores = np.square(rows - vector).sum(axis=1)
        else:
            scores = rows @ vector
            if metric == "cosine":
                lengths = np.linalg.norm(rows, axis=1) * float(np.linalg.norm(vector))
                scores = scores / np.where(lengths == 0, 1, lengths)
        order = np.argsort(scores if metric == "euclidean" else -scores, kind="stable")[:top]
        return [(ids[position], float(scores[position])) for position in order]


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
