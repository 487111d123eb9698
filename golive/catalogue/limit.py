"""Limits: what a line asks of a value. Strict signs stay strict, and a value that is no number holds no limit."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from decimal import Decimal
from itertools import zip_longest
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

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

    @field_validator("value", mode="before")
    @classmethod
    def _value_can_decide(cls, value: object) -> object:
        """Refuse what every value or none is within: NaN, infinity, and truth, which Python takes for a number."""
        for part in value if isinstance(value, (list, tuple)) else [value]:
            if isinstance(part, bool):
                raise ValueError("a limit is a number or a word, not true or false")
            if isinstance(part, float) and not math.isfinite(part):
                raise ValueError(f"a limit is a finite number, not {part}")
        return value

    @model_validator(mode="after")
    def _op_fits_value(self) -> Limit:
        if isinstance(self.value, tuple) != (self.op == "between"):
            raise ValueError(f"limit {self.name}: op {self.op} does not go with value {self.value!r}")
        if isinstance(self.value, str) and self.op not in ("==", "!=", ">=", ">", "<=", "<"):
            raise ValueError(f"limit {self.name}: a word can only be compared by == or !=")
        if isinstance(self.value, str) and self.op not in ("==", "!=") and self.unit != "version":
            raise ValueError(f"limit {self.name}: a word can only be compared by == or != (or be a version)")
        if isinstance(self.value, tuple) and self.value[0] > self.value[1]:
            raise ValueError(f"limit {self.name}: between needs the lower end first, found {self.value}")
        if isinstance(self.value, str) and self.unit == "version" and not _is_version(self.value):
            raise ValueError(f"limit {self.name}: {self.value!r} is not a version number")
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
                pairs = zip_longest(_version(value), _version(self.value), fillvalue=0)  # 1.3 is 1.3.0
                return _COMPARE[self.op](*map(list, zip(*pairs, strict=True)))
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
            recorder.judge(Judgement(self._shown(value, holds), str(self), self.unit, holds))
        if holds:
            return None
        whose = "the document's limit" if self.source == "document" else "our default"
        if self.overridden:
            whose = "this target's own limit"
        words = self.name.replace("_", " ")
        seen = f"{self._shown(value, holds)}{self._unit}"
        return f"{of}: {words} is {seen}, want {self} ({whose})" + (f". {hint}" if hint else "")

    def _shown(self, value: object, holds: bool) -> str:
        """Return the value in short, or in full where rounding would move it onto or over the limit."""
        short = _short(value)
        if not isinstance(value, float) or math.isinf(value):
            return short
        edges = self.value if isinstance(self.value, tuple) else (self.value,)
        rounded = float(short)
        onto = rounded in edges and value not in edges
        return str(value) if onto or self.admits(rounded) != holds else short

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


def _parts(text: str) -> list[str]:
    return text.lstrip("v").split("-")[0].split(".")


def _is_version(text: str) -> bool:
    return all(p.isascii() and p.isdecimal() for p in _parts(text))


def _version(text: str) -> tuple[int, ...]:
    if not _is_version(text):
        raise Unobservable(f"{text!r} is not a version number")
    return tuple(int(p) for p in _parts(text))
