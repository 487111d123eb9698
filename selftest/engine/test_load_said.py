"""What k6 said last is quoted where a run ended early: the reason, and neither its tables nor its stack."""

from __future__ import annotations

from pathlib import Path

from golive import redaction
from golive.load.generator import find_k6, run_k6, tail

SCRIPT = """
import { fail } from "k6";
export const options = { iterations: 1, thresholds: { checks: ["rate>0.5"] } };
export function setup() { fail(`the user alice can't sign in with ${__ENV.WORD}: connection refused`); }
export default function () {}
"""


def test_the_reason_is_quoted_alone(tmp_path: Path) -> None:
    redaction.register("correct-horse-battery")
    (tmp_path / "load.js").write_text(SCRIPT)
    log = tmp_path / "k6.log"
    status = run_k6(
        find_k6(), ["--log-format=raw", str(tmp_path / "load.js")], {"WORD": "correct-horse-battery"}, log, 30
    )
    assert status == 107
    assert "\tat " in log.read_text()
    assert "checks_total" in log.read_text()
    said = tail(log, 200)
    assert said.startswith("GoError: the user alice can't sign in with ")
    assert said.endswith(": connection refused")
    assert "battery" not in said


def test_the_end_is_quoted_where_it_said_much(tmp_path: Path) -> None:
    log = tmp_path / "k6.log"
    log.write_text("\n".join(f"warning {n}" for n in range(1000)) + "\nkilled\n")
    assert tail(log, 20).endswith("killed")
    assert len(tail(log, 20)) <= 20
