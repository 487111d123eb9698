"""One round of a watch: what a run of the suite said, in short."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from golive.rollback import ACTIVE


@dataclass(frozen=True)
class Round:
    """`lines`: id to verdict. `reasons`: id to message of each line that did not pass. `broken`: why there was no run.

    A round without lines says nothing: it is never a good one.
    """

    at: datetime
    seconds: float
    lines: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    broken: str = ""

    @property
    def fired(self) -> dict[str, str]:
        """Id to reason of each condition that is met."""
        return {
            id_: why for id_, why in self.reasons.items() if self.lines.get(id_) == "failed" and why.startswith(ACTIVE)
        }

    @property
    def failed(self) -> list[str]:
        """Ids of the lines that were seen and do not hold."""
        return [id_ for id_, verdict in self.lines.items() if verdict == "failed"]

    @property
    def unseen(self) -> list[str]:
        """Ids of the lines of which nothing was seen."""
        return [id_ for id_, verdict in self.lines.items() if verdict == "unverified"]

    @property
    def good(self) -> bool:
        """Whether every line was seen and holds, or was waived."""
        return bool(self.lines) and not self.failed and not self.unseen

    def as_json(self) -> dict[str, Any]:
        """Return the round as it stands in the record."""
        return {
            "round": self.at.isoformat(), "seconds": round(self.seconds, 1), "lines": dict(self.lines),
            "reasons": dict(self.reasons), "broken": self.broken,
        }  # fmt: skip

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Round:
        """Return the round that `as_json` wrote. Raises KeyError, TypeError or ValueError for anything else."""
        return cls(
            datetime.fromisoformat(row["round"]), float(row["seconds"]), dict(row["lines"]), dict(row["reasons"]),
            str(row["broken"]),
        )  # fmt: skip
