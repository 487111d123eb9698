"""What a run prints: one line a check, and the decision at the end.

Each line comes with its markup, which is what pytest's `terminalreporter.write_line(text, **markup)` takes; whoever
wants plain text takes the first of the pair. Foreign text can't move the cursor or colour the screen: see `printable`.
"""

from __future__ import annotations

from golive.report.wording import comparison, one_line, took
from golive.results import Gate, LineResult, Run
from golive.verdict import Verdict

Told = tuple[str, dict[str, bool]]
"""A line of text and how to show it."""

WORDS = {Verdict.PASSED: "PASS", Verdict.FAILED: "FAIL", Verdict.UNVERIFIED: "UNVER", Verdict.WAIVED: "WAIVE"}
MARKUP = {
    Verdict.PASSED: {"green": True},
    Verdict.FAILED: {"red": True, "bold": True},
    Verdict.UNVERIFIED: {"yellow": True},
    Verdict.WAIVED: {"purple": True},
}
FEW = 4
"""How many reasons are printed where no gate was asked for."""


def check_line(result: LineResult) -> Told:
    """Return the line of one check, such as `PASS  AURA-6.1.1.3 Backups are kept  (35 days, want >= 30 days)`.

    What is not passed has its reason behind it, in full: it is what somebody acts on.
    """
    told = [f"{WORDS[result.verdict]:<5}", one_line(result.id), one_line(result.title)]
    if seen := comparison(result):
        told.append(f" ({seen})")
    if result.waiver:
        told.append(f" waived by {one_line(result.waiver)}")
    if result.message and result.verdict is not Verdict.PASSED:
        told.append(f" {one_line(result.message)}")
    return " ".join(told), MARKUP[result.verdict]


def gate_lines(gate: Gate, most: int | None = None) -> list[Told]:
    """Return the decision and why, in under 20 lines; at most `most` reasons."""
    markup = {"green": True, "bold": True} if gate.go else {"red": True, "bold": True}
    lines: list[Told] = [(f"{gate.words}: {one_line(gate.scope)}", markup)]
    lines += [(f"  {one_line(reason)}", {}) for reason in gate.reasons[:most]]
    if most is not None and len(gate.reasons) > most:
        lines.append((f"  {len(gate.reasons) - most} more reasons: in the report, or with --gate", {}))
    return lines


def summary_lines(run: Run, gate: bool = False) -> list[Told]:
    """Return the end of a run: the counts and the decision, with all its reasons where `gate` asked for it."""
    counts = run.counts
    told = ", ".join(f"{counts[v]} {v.value}" for v in Verdict if counts[v] or v in (Verdict.PASSED, Verdict.FAILED))
    lines: list[Told] = [(f"{len(run.lines)} lines of {one_line(run.target)}: {told}, took {took(run)}", {})]
    if run.interrupted:
        lines.append(("interrupted: what was not reached is unverified", {"yellow": True}))
    return lines + gate_lines(run.gate, None if gate else FEW)
