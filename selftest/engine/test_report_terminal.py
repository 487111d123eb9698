"""The lines on the terminal."""

from __future__ import annotations

import pytest

from golive.report.terminal import FEW, check_line, gate_lines, summary_lines
from golive.report.wording import duration
from golive.verdict import Verdict
from selftest.engine.made_runs import ITEMS, result, results_of, run_of


@pytest.mark.parametrize(
    ("verdict", "line"),
    [
        (Verdict.PASSED, "PASS  M-1.1.1 Title of M-1.1.1  (35 days, want >= 30 days)"),
        (
            Verdict.FAILED,
            "FAIL  M-1.1.1 Title of M-1.1.1  (7 days, want >= 30 days)"
            "  orders-db: retention of M-1.1.1 is 7 days, want >= 30 days",
        ),
        (
            Verdict.WAIVED,
            "WAIVE M-1.1.1 Title of M-1.1.1  (7 days, want >= 30 days)  waived by head of operations until 2026-12-01"
            "  orders-db: retention of M-1.1.1 is 7 days, want >= 30 days",
        ),
    ],
)
def test_one_line_a_check(verdict: Verdict, line: str) -> None:
    assert check_line(result("M-1.1.1", verdict))[0] == line


def test_unverified_says_why() -> None:
    told, markup = check_line(result("M-1.1.1", Verdict.UNVERIFIED, observed="", limit="", message="no check yet"))
    assert told == "UNVER M-1.1.1 Title of M-1.1.1  no check yet"
    assert markup == {"yellow": True}


def test_foreign_text_cannot_drive_the_terminal() -> None:
    told = check_line(result("M-1.1.1", Verdict.FAILED, message="\x1b[2J\x1b]0;x\x07 two\nlines\r\u202e"))[0]
    assert all(c.isprintable() or c == "\ufffd" for c in told)
    assert "two lines" in told


def test_the_end_of_a_run() -> None:
    run = run_of(results_of(dict.fromkeys(ITEMS, Verdict.PASSED)))
    assert [text for text, _ in summary_lines(run)] == [
        "5 lines of targets/made.toml: 5 passed, 0 failed, took 3 min 32 s",
        "GO: phases predeploy, deploy, postdeploy, golive, rollback of made",
        "  all 4 lines in scope passed",
    ]


def test_the_gate_is_told_in_under_twenty_lines_and_in_full_only_when_asked_for() -> None:
    run = run_of(results_of(dict.fromkeys(ITEMS, Verdict.FAILED)), interrupted=True)
    assert len(gate_lines(run.gate)) == len(run.gate.reasons) + 1 < 20
    short = [text for text, _ in summary_lines(run)]
    assert short[1] == "interrupted: what was not reached is unverified"
    assert len(short) <= 3 + FEW + 1
    assert short[2].startswith("NO-GO: ")
    assert "--gate" in short[-1]
    assert len(summary_lines(run, gate=True)) == 2 + 1 + len(run.gate.reasons)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0.0 s"),
        (0.26, "0.3 s"),
        (9.94, "9.9 s"),
        (9.96, "10 s"),
        (59.6, "1 min"),
        (212, "3 min 32 s"),
        (3900, "1 h 5 min"),
    ],
)
def test_durations(seconds: float, words: str) -> None:
    assert duration(seconds) == words
