"""From what a check did to its one verdict."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from golive.catalogue import Line
from golive.observation import Judgement, Recorder
from golive.redaction import redact
from golive.results import LineResult
from golive.verdict import Unverified, Verdict


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one phase (set-up, call, teardown) of a check ended. `skipped` says how pytest shows an unverified one."""

    verdict: Verdict
    message: str = ""
    skipped: bool = False


def outcome_of(error: BaseException | None) -> Outcome:
    """Judge what a check raised; None when it ended well. A broken source or check is unverified, never failed."""
    match error:
        case None:
            return Outcome(Verdict.PASSED)
        case Unverified():
            return Outcome(Verdict.UNVERIFIED, str(error), error.shown_as_skip)
        case pytest.skip.Exception():
            return Outcome(Verdict.UNVERIFIED, f"skipped: {error.msg}", True)
        case pytest.fail.Exception() if str(error.msg).startswith("Timeout"):
            return Outcome(Verdict.UNVERIFIED, f"the check took too long and was stopped: {str(error.msg).strip()}")
        case pytest.fail.Exception():
            return Outcome(Verdict.FAILED, str(error.msg))
        case AssertionError():
            # pytest's rewriting appends the expression in Python, which tells an operator nothing.
            message = str(error).partition("\nassert ")[0]
            return Outcome(Verdict.FAILED, message or "the assertion has no message: a defect of the check")
        case pytest.FixtureLookupError():
            return Outcome(Verdict.UNVERIFIED, f"the check asks for an unknown fixture: {error.argname}")
        case _:
            return Outcome(Verdict.UNVERIFIED, f"the observation broke: {type(error).__name__}: {error}")


def result_of(line: Line, nodeid: str, outcome: Outcome, recorder: Recorder, seconds: float) -> LineResult:
    """Make the line's result; a check that ended well without an observation is unverified."""
    if outcome.verdict is Verdict.PASSED and not recorder.observations:
        outcome = Outcome(
            Verdict.UNVERIFIED,
            "nothing observed: the check ended well but recorded no observation, a defect of the check or its fixture",
        )
    shown = _deciding(recorder.judgements)
    evidence = tuple(sorted(recorder.observations.values(), key=lambda o: o.at))
    return LineResult(
        id=line.id,
        verdict=outcome.verdict,
        title=line.title,
        product=line.product,
        phase=line.phase or "",
        folder=line.folder or "",
        observed=redact(shown.observed) if shown else "",
        limit=shown.limit if shown else "",
        unit=shown.unit if shown else "",
        message=redact(outcome.message).strip(),
        nodeid=nodeid,
        seconds=seconds,
        started=datetime.now(UTC),
        evidence=evidence,
        attempted=not outcome.skipped,
    )


def _deciding(judgements: list[Judgement]) -> Judgement | None:
    """The comparison to show: the first that does not hold, else the first made."""
    return next((j for j in judgements if not j.holds), judgements[0] if judgements else None)


def attach(report: pytest.TestReport, result: LineResult) -> None:
    """Put the result on pytest's report, which xdist carries to the controller."""
    report.golive = json.dumps(result.as_json())  # type: ignore[attr-defined]


def attached(report: Any) -> LineResult | None:
    """Return the result that `attach` put on the report."""
    row = getattr(report, "golive", None)
    return LineResult.from_json(json.loads(row)) if row else None
