"""The record of watches: one line of JSON for each thing that happened, only ever appended.

A watch begins with its terms and ends with its decision; between them stand its rounds. A watch that was killed has no
decision: it is taken up again. A line that was cut off in the middle is passed over.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from golive.watch.round import Round


@dataclass(frozen=True)
class Terms:
    """What is watched, and for how long. Two watches of the same terms are one, as long as its time is not up."""

    target: str
    release: str
    selection: str
    length: timedelta
    every: timedelta
    started: datetime
    name: str = ""
    """What the target calls itself."""
    described: str = ""
    """The release as the target describes it, with its commit."""

    @property
    def end(self) -> datetime:
        """When its time is up."""
        return self.started + self.length

    def same(self, other: Terms) -> bool:
        """Whether both say the same but for the start."""
        return replace(self, started=other.started) == other

    def as_json(self) -> dict[str, Any]:
        """Return the terms as they stand in the record."""
        return {
            "watch": self.started.isoformat(), "target": self.target, "release": self.release,
            "selection": self.selection, "seconds": self.length.total_seconds(), "every": self.every.total_seconds(),
            "name": self.name, "described": self.described,
        }  # fmt: skip

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> Terms:
        """Return the terms that `as_json` wrote. Raises KeyError, TypeError or ValueError for anything else."""
        return cls(
            row["target"], row["release"], row["selection"], timedelta(seconds=row["seconds"]),
            timedelta(seconds=row["every"]), datetime.fromisoformat(row["watch"]), row.get("name", ""),
            row.get("described", ""),
        )  # fmt: skip


@dataclass
class Watched:
    """What the record holds of one watch."""

    terms: Terms
    rounds: list[Round] = field(default_factory=list)
    decision: str = ""
    reason: str = ""

    @property
    def troubled(self) -> list[str]:
        """Ids of the lines that did not hold in some round."""
        return sorted({id_ for r in self.rounds for id_ in r.reasons})


class Record:
    """The file. Made where it is not there, with its folder."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def newest(self) -> Watched | None:
        """Return the newest watch, None where there is none."""
        found: Watched | None = None
        for row in self._rows():
            try:
                if "watch" in row:
                    found = Watched(Terms.from_json(row))
                elif found is not None and "round" in row:
                    found.rounds.append(Round.from_json(row))
                elif found is not None and "decision" in row:
                    found.decision, found.reason = str(row["decision"]), str(row.get("reason", ""))
            except (KeyError, TypeError, ValueError):
                continue
        return found

    def resume(self, terms: Terms) -> Watched:
        """Return the watch to go on with: the newest one, when it is of the same terms, undecided and not over."""
        last = self.newest()
        if last and not last.decision and last.terms.same(terms) and terms.started < last.terms.end:
            return last
        self.append(terms.as_json())
        return Watched(terms)

    def append(self, row: dict[str, Any]) -> None:
        """Write a line and see it on the disk."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        torn = self.path.exists() and self.path.stat().st_size and self.path.read_bytes()[-1:] != b"\n"
        with self.path.open("a", encoding="utf-8") as file:
            file.write(("\n" if torn else "") + json.dumps(row, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def _rows(self) -> list[dict[str, Any]]:
        if not self.path.exists():
            return []
        rows = []
        for line in self.path.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                row = json.loads(line)
            except ValueError:
                continue
            if isinstance(row, dict):
                rows.append(row)
        return rows
