"""Whether what providers allow is used up soon, by their own answers and by the product's own figures. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Consumption:
    """One provider. Shares in percent of what is allowed; `own`: by window (`tokens a minute`), as the provider says.

    `metric` is the newest of the product's own figures, None when there is none.
    """

    provider: str
    own: Mapping[str, float] = field(default_factory=dict)
    metric: float | None = None

    @property
    def known(self) -> dict[str, float]:
        """Every share that is known, by where it is from."""
        figures = {f"{window} (by the provider)": share for window, share in self.own.items()}
        return figures | ({"the product's metric": self.metric} if self.metric is not None else {})

    @property
    def deviation(self) -> float | None:
        """How many points the metric is from what the provider says of its fullest window; None: can't be compared."""
        if self.metric is None or not self.own:
            return None
        return abs(self.metric - max(self.own.values()))

    def __str__(self) -> str:
        return self.provider


def share(used: float, allowed: float) -> float:
    """Return how much of what is allowed is used, in percent; all of it when nothing is allowed."""
    return 100.0 * used / allowed if allowed > 0 else 100.0
