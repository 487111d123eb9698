"""What a run prints: one line a check, and the decision at the end. Plain text, or with colours by rich."""

from __future__ import annotations

from rich.color import ColorSystem
from rich.style import Style

from golive.report.wording import comparison, one_line, took
from golive.results import Gate, LineResult, Run
from golive.verdict import Verdict

WORDS = {Verdict.PASSED: "PASS", Verdict.FAILED: "FAIL", Verdict.UNVERIFIED: "UNVER", Verdict.WAIVED: "WAIVE"}
STYLES = {
    Verdict.PASSED: "green",
    Verdict.FAILED: "bold red",
    Verdict.UNVERIFIED: "yellow",
    Verdict.WAIVED: "magenta",
}


def check_line(result: LineResult, colour: bool = False) -> str:
    """Return the line of one check, such as `PASS  AURA-6.1.1.3 Backups are kept  7 days, want >= 7 days`.

    What is not passed has its reason behind it, in full: it is what somebody acts on.
    """
    told = [_paint(f"{WORDS[result.verdict]:<5}", STYLES[result.verdict], colour), one_line(result.id)]
    told.append(one_line(result.title))
    if seen := comparison(result):
        told.append(" " + _paint(seen, "dim", colour))
    if result.waiver:
        told.append(f" [waived by {one_line(result.waiver)}]")
    if result.message and result.verdict is not Verdict.PASSED:
        told.append(" " + _paint(one_line(result.message), STYLES[result.verdict].removeprefix("bold "), colour))
    return " ".join(told)


def gate_lines(gate: Gate, colour: bool = False) -> list[str]:
    """Return the decision and why, in under 20 lines."""
    word, style = ("GO", "bold green") if gate.go else ("NO-GO", "bold red")
    return [
        _paint(word, style, colour) + f" over {one_line(gate.scope)}",
        *(f"  {one_line(reason)}" for reason in gate.reasons),
    ]


def summary_lines(run: Run, files: list[str] | None = None, colour: bool = False) -> list[str]:
    """Return the end of the run: counts, the decision with its reasons, and where the reports are."""
    counts = run.counts
    told = ", ".join(
        _paint(f"{counts[v]} {v.value}", STYLES[v], colour)
        for v in Verdict
        if counts[v] or v in (Verdict.PASSED, Verdict.FAILED)
    )
    lines = [f"{len(run.lines)} lines of {one_line(run.target)}: {told}, took {took(run)}"]
    if run.interrupted:
        lines.append(_paint("interrupted: what was not reached is unverified", "yellow", colour))
    lines += gate_lines(run.gate, colour)
    if files:
        lines.append("reports: " + ", ".join(files))
    return lines


def _paint(text: str, style: str, colour: bool) -> str:
    return Style.parse(style).render(text, color_system=ColorSystem.STANDARD) if colour else text
