"""A figure that is known only to lie between two values, as what a histogram tells of a percentile.

It goes where a number goes. What is certain is answered; where the limit lies between the two, nobody knows, and the
comparison says so instead of choosing.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, Self

from golive.verdict import Unobservable

Compare = Callable[[Any, Any], bool]


class Bracket(float):
    """Between `low` and `high`, both inclusive. As a plain number it is `high`.

    Comparisons with a number raise Unobservable where it lies between the two; among each other brackets go by `high`,
    so that they have an order.
    """

    low: float

    def __new__(cls, low: float, high: float) -> Self:
        made = super().__new__(cls, high)
        made.low = float(low)
        return made

    @property
    def high(self) -> float:
        return float(self)

    def _compared(self, compare: Compare, other: Any) -> bool:
        if isinstance(other, Bracket) or not isinstance(other, (int, float)):
            return bool(compare(float(self), other if not isinstance(other, Bracket) else float(other)))
        one, two = compare(self.low, other), compare(float(self), other)
        if one != two:
            raise Unobservable(
                f"a figure is known only to lie between {self.low:g} and {float(self):g}, and the limit is {other:g}",
                "Histograms and shares are not exact: judge the run by k6's CSV or JSON",
            )
        return bool(one)

    def __lt__(self, other: Any) -> bool:
        return self._compared(operator.lt, other)

    def __le__(self, other: Any) -> bool:
        return self._compared(operator.le, other)

    def __gt__(self, other: Any) -> bool:
        return self._compared(operator.gt, other)

    def __ge__(self, other: Any) -> bool:
        return self._compared(operator.ge, other)

    def __round__(self, digits: Any = None) -> Any:
        return Bracket(round(self.low, digits), round(float(self), digits))

    def __mul__(self, other: Any) -> Any:
        if isinstance(other, Bracket):
            return Bracket(self.low * other.low, float(self) * float(other))
        return Bracket(self.low * other, float(self) * other)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        if isinstance(other, Bracket):
            return Bracket(self.low / float(other), float(self) / other.low)
        return Bracket(self.low / other, float(self) / other)

    def __rtruediv__(self, other: Any) -> Any:
        return Bracket(other / float(self), other / self.low)

    def __add__(self, other: Any) -> Any:
        return Bracket(self.low + getattr(other, "low", other), float(self) + float(other))

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        return Bracket(self.low - float(other), float(self) - getattr(other, "low", float(other)))

    def __rsub__(self, other: Any) -> Any:
        return Bracket(other - float(self), other - self.low)
