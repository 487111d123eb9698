"""Pure statistics over the ledger's verdicts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from golive.verdict import Verdict

FEWEST = 5
"""Verdicts that a line must have on each side before its times are compared."""
SLOWER = 1.5
"""Ratio of the newer half's median to the older half's from which a check counts as slower."""


@dataclass(frozen=True, slots=True)
class Course:
    """How one line went on one target: its attempted verdicts, oldest first."""

    line: str
    target: str
    verdicts: tuple[Verdict, ...]
    releases: tuple[str, ...]
    """The release of each verdict."""
    seconds: tuple[float, ...]

    @property
    def flips(self) -> int:
        """How often the verdict changed within one release: nothing was deployed, and the line changed its mind."""
        pairs = zip(self.verdicts, self.verdicts[1:], self.releases, self.releases[1:], strict=False)
        return sum(one is not other and before == after for one, other, before, after in pairs)

    @property
    def ever_passed(self) -> bool:
        """Whether the line was verified at least once."""
        return Verdict.PASSED in self.verdicts

    @property
    def slowdown(self) -> float | None:
        """The ratio of the newer half's median seconds to the older half's; None for too few or too short."""
        half = len(self.seconds) // 2
        if half < FEWEST:
            return None
        older, newer = median(self.seconds[:half]), median(self.seconds[-half:])
        return newer / older if older > 0.05 else None


def courses(rows: Iterable[Mapping[str, Any]]) -> list[Course]:
    """Return the course of each line on each target, in order of line. `rows` as `Ledger.verdicts` returns them."""
    by: dict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        if row["attempted"]:
            by[row["line"], row["target"]].append(row)
    return [
        Course(
            line, target,
            tuple(Verdict(r["verdict"]) for r in mine),
            tuple(f"{r['version']} ({r['commit'][:7]})" for r in mine),
            tuple(r["seconds"] for r in mine),
        )
        for (line, target), mine in by.items()
    ]  # fmt: skip


def flaky(found: Sequence[Course]) -> list[Course]:
    """Those that flip, most first."""
    return sorted((c for c in found if c.flips), key=lambda c: -c.flips)


def slower(found: Sequence[Course]) -> list[tuple[Course, float]]:
    """Those whose check takes at least `SLOWER` times what it took, worst first, with the ratio."""
    known = [(c, ratio) for c in found if (ratio := c.slowdown) is not None and ratio >= SLOWER]
    return sorted(known, key=lambda pair: -pair[1])


def never_verified(found: Sequence[Course], lines: Iterable[str]) -> list[str]:
    """Those of `lines` that passed on no target, in the order given."""
    passed = {c.line for c in found if c.ever_passed}
    return [line for line in lines if line not in passed]
