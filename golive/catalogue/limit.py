"""Limits: what a line asks of a value. Strict signs stay strict, and a value that is no number holds no limit."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from golive.observation import Judgement, current_recorder
from golive.verdict import Unobservable

Number = int | float
Op = Literal["<", "<=", ">", ">=", "==", "!=", "between"]

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
    "between": lambda value, ends: bool(ends[0] <= value <= ends[1]),
}


class Limit(BaseModel):
    """One comparison that a line asks for.

    `value` is a number, a word (with == and != only), or the two ends of `between` (inclusive), in `unit`.
    `source` says whose number it is: the document's, which stands, or our default, which a target may override.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    op: Op
    value: Number | str | tuple[Number, Number]
    unit: str = Field(min_length=1)
    source: Literal["document", "default"]
    overridden: bool = False

    @model_validator(mode="after")
    def _op_fits_value(self) -> Limit:
        if isinstance(self.value, tuple) != (self.op == "between"):
            raise ValueError(f"limit {self.name}: op {self.op} does not go with value {self.value!r}")
        if isinstance(self.value, str) and self.op not in ("==", "!=", ">=", ">", "<=", "<"):
            raise ValueError(f"limit {self.name}: a word can only be compared by == or !=")
        if isinstance(self.value, str) and self.op not in ("==", "!=") and self.unit != "version":
            raise ValueError(f"limit {self.name}: a word can only be compared by == or != (or be a version)")
        return self

    def admits(self, value: Number | Decimal | str) -> bool:
        """Return whether `value`, given in this limit's unit, is within it.

        Raises:
            Unobservable: the value is no number where one is needed: None, NaN, a word.
        """
        if isinstance(self.value, str):
            if not isinstance(value, str) or not value:
                raise Unobservable(f"{self.name} should be a word, but {value!r} was observed")
            if self.unit == "version":
                return _COMPARE[self.op](_version(value), _version(self.value))
            return _COMPARE[self.op](value, self.value)
        if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)) or math.isnan(value):
            raise Unobservable(f"{self.name} should be a number of {self.unit}, but {value!r} was observed")
        return _COMPARE[self.op](value, self.value)

    def require(self, value: Number | Decimal | str, of: object, hint: str = "") -> None:
        """Record the comparison and fail unless `value` is within the limit.

        Args:
            value: what was observed, in this limit's unit.
            of: the thing it was observed at, for the message.
            hint: what to look at next, for the message.

        Raises:
            AssertionError: naming the thing, the value and the limit.
            Unobservable: the value can't be compared.
        """
        __tracebackhide__ = True
        if problem := self.problem(value, of, hint):
            raise AssertionError(problem)

    def problem(self, value: Number | Decimal | str, of: object, hint: str = "") -> str | None:
        """Record the comparison; return what is wrong as one sentence, or None. For checks that collect problems."""
        holds = self.admits(value)
        if recorder := current_recorder():
            recorder.judge(Judgement(f"{_short(value)}", str(self), self.unit, holds))
        if holds:
            return None
        whose = "the document's limit" if self.source == "document" else "our default"
        if self.overridden:
            whose = "this target's own limit"
        words = self.name.replace("_", " ")
        return f"{of}: {words} is {_short(value)}{self._unit}, want {self} ({whose})" + (f". {hint}" if hint else "")

    @property
    def _unit(self) -> str:
        return "" if self.unit in ("name", "count", "version") else f" {self.unit}"

    def __str__(self) -> str:
        if isinstance(self.value, tuple):
            return f"{_short(self.value[0])} to {_short(self.value[1])}{self._unit}"
        return f"{self.op} {_short(self.value)}{self._unit}"


def _short(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.4g}" if abs(value) < 1e4 else f"{value:.0f}"
    return str(value)


def _version(text: str) -> tuple[int, ...]:
    parts = text.lstrip("v").split("-")[0].split(".")
    if not all(p.isdigit() for p in parts):
        raise Unobservable(f"{text!r} is not a version number")
    return tuple(int(p) for p in parts)
