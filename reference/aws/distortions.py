"""Measured points that come out other than they were taken: lost, or with another value. Nothing kept is changed.

A distortion concerns the series whose label fits `pattern` (`AWS/RDS/CPUUtilization`, or with `?dimension value` at
the end) and the points from `since` to `until` seconds before it was laid; without `until` also those still to come.
`effect`: `drop`, `set` (to `value`), `multiply` (by it). `every` = n leaves all points alone but each n-th of a series,
`above` those of a smaller value.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Any

EFFECTS = ("drop", "set", "multiply")
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Distortion:
    account: str
    pattern: str
    effect: str
    value: float = 0.0
    since: float = 0.0
    until: float | None = None
    every: int = 1
    above: float = float("-inf")
    id: int = field(default_factory=lambda: next(_numbers))
    laid: float = field(default_factory=lambda: datetime.now(UTC).timestamp())

    def __post_init__(self) -> None:
        if self.effect not in EFFECTS:
            raise ValueError(f"effect {self.effect!r}: expected one of {', '.join(EFFECTS)}")

    def concerns(self, account: str, labels: Iterable[str]) -> bool:
        return self.account == account and any(fnmatchcase(label, self.pattern) for label in labels)

    def seen(self, number: int, at: float, value: float) -> float | None:
        """What is seen of the `number`-th point of a series, taken `at` (seconds since 1970); None: nothing."""
        if at < self.laid - self.since or (self.until is not None and at > self.laid - self.until):
            return value
        if number % self.every or value < self.above:
            return value
        return None if self.effect == "drop" else self.value if self.effect == "set" else value * self.value

    def described(self) -> dict[str, Any]:
        return asdict(self)


def labels_of(namespace: str, name: str, dimensions: Iterable[str]) -> list[str]:
    """What a pattern is held against: `namespace/name`, alone and with the value of each dimension."""
    label = f"{namespace}/{name}"
    return [label, *(f"{label}?{value}" for value in dimensions)]
