"""What a run says: one immutable result a line, and the run around them. Streamed to every report as it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from golive.catalogue import Line
from golive.observation import Observation
from golive.verdict import Verdict

if TYPE_CHECKING:
    from golive.history.overview import Overview
    from golive.watch.record import Watched


@dataclass(frozen=True, slots=True)
class LineResult:
    """The one verdict of one line in one run.

    `observed`, `limit` and `unit` show the deciding comparison (the failed one, if any), empty where none was made.
    `message` is the reason of a verdict other than passed, redacted. `nodeid` is empty for a line without check.
    """

    id: str
    verdict: Verdict
    title: str
    product: str
    phase: str
    folder: str
    observed: str = ""
    limit: str = ""
    unit: str = ""
    message: str = ""
    nodeid: str = ""
    seconds: float = 0.0
    started: datetime | None = None
    evidence: tuple[Observation, ...] = ()
    waiver: str = ""
    attempted: bool = True
    """Whether the check ran; one that was not allowed, or has no capability to look with, says nothing new."""

    @classmethod
    def unverified(cls, line: Line, message: str, nodeid: str = "") -> LineResult:
        """Return the result of a line that nothing was seen of."""
        return cls(
            line.id, Verdict.UNVERIFIED, line.title, line.product, line.phase or "", line.folder or "",
            message=message, nodeid=nodeid, attempted=False,
        )  # fmt: skip

    def as_json(self) -> dict[str, Any]:
        """Return the result as it stands in `results.json` under `lines`."""
        return {
            "id": self.id,
            "verdict": self.verdict.value,
            "title": self.title,
            "product": self.product,
            "phase": self.phase,
            "folder": self.folder,
            "observed": self.observed,
            "limit": self.limit,
            "unit": self.unit,
            "message": self.message,
            "nodeid": self.nodeid,
            "seconds": round(self.seconds, 3),
            "started": self.started.isoformat(timespec="milliseconds") if self.started else None,
            "waiver": self.waiver,
            "attempted": self.attempted,
            "evidence": [o.as_json() for o in self.evidence],
        }

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> LineResult:
        """Return the result that `as_json` wrote."""
        evidence = tuple(Observation(**{**o, "at": datetime.fromisoformat(o["at"])}) for o in row["evidence"])
        started = datetime.fromisoformat(row["started"]) if row["started"] else None
        return cls(**{**row, "verdict": Verdict(row["verdict"]), "evidence": evidence, "started": started})


@dataclass(frozen=True, slots=True)
class Gate:
    """GO or NO-GO, with the reasons. `blocking` holds the results that stand in the way; empty means GO."""

    go: bool
    blocking: tuple[LineResult, ...]
    reasons: tuple[str, ...]
    """One sentence each, the most important first; for GO what it rests on."""
    scope: str
    """What was decided over, such as `selection -m 'smoke'` or `phases predeploy, deploy, postdeploy`."""
    partial: bool = False
    """Whether only a selection was decided over: its GO is not the release's."""

    @property
    def words(self) -> str:
        """The decision as people read it. A selection's GO says that it is no more than that."""
        if not self.go:
            return "NO-GO"
        return "GO for this selection" if self.partial else "GO"

    def as_json(self) -> dict[str, Any]:
        """Return the decision as it stands in `results.json`."""
        return {
            "decision": "GO" if self.go else "NO-GO",
            "scope": self.scope,
            "partial": self.partial,
            "reasons": list(self.reasons),
            "blocking": [r.id for r in self.blocking],
        }


@dataclass(frozen=True, slots=True)
class Run:
    """One run over one target, complete: every selected line once, in document order."""

    golive: str
    release: Mapping[str, str]
    """Product to the release version and commit under verification, such as `{"aurastudio": "2.0.1 (4f1c2ab)"}`."""
    target: str
    started: datetime
    finished: datetime
    gate: Gate
    lines: tuple[LineResult, ...]
    interrupted: bool = False
    facts: Mapping[str, str] = field(default_factory=dict)
    """What else the report's head shows: selection, calls made, throttles met, paid calls, command line."""
    history: Overview | None = None
    """How the lines went over the runs before; None without a ledger."""
    watched: Watched | None = None
    """The watch over the same release, if there was one."""

    @property
    def counts(self) -> Counter[Verdict]:
        """Verdict to the number of lines."""
        return Counter(r.verdict for r in self.lines)

    def as_json(self) -> dict[str, Any]:
        """Return the run as `results.json` holds it."""
        return {
            "golive": self.golive,
            "release": dict(self.release),
            "target": self.target,
            "started": self.started.isoformat(timespec="seconds"),
            "finished": self.finished.isoformat(timespec="seconds"),
            "interrupted": self.interrupted,
            "gate": self.gate.as_json(),
            "facts": dict(self.facts),
            "lines": [r.as_json() for r in self.lines],
        }


def in_document_order(results: Iterable[LineResult], order: Mapping[str, Any]) -> tuple[LineResult, ...]:
    """Sort results as their lines stand in the catalogue's `lines` mapping."""
    place = {line_id: n for n, line_id in enumerate(order)}
    return tuple(sorted(results, key=lambda r: place[r.id]))


def close_sum(selected: Iterable[Line], results: Iterable[LineResult], missing: str) -> list[LineResult]:
    """Return one result for every selected line: those given, and `unverified: <missing>` for the others.

    Raises:
        ValueError: a line has two results, or a result belongs to no selected line: the books do not balance.
    """
    wanted = {line.id: line for line in selected}
    found: dict[str, LineResult] = {}
    for result in results:
        if result.id in found:
            raise ValueError(f"{result.id} has two verdicts: {found[result.id].nodeid} and {result.nodeid}")
        if result.id not in wanted:
            raise ValueError(f"{result.id} has a verdict but was not selected")
        found[result.id] = result
    return [found.get(i) or LineResult.unverified(line, missing) for i, line in wanted.items()]


def waived(result: LineResult, by: str) -> LineResult:
    """Return a failed or unverified result as waived."""
    return replace(result, verdict=Verdict.WAIVED, waiver=by)
