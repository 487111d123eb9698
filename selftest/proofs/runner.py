"""Runs the real suite, as a user would, and reads what it wrote."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from selftest.proofs.marked import lines_marked

ROOT = Path(__file__).parents[2]
DRILLS = lines_marked("disrupts") | lines_marked("lengthy")
QUICK, PATIENT = 900.0, 240.0
"""Seconds in which all lines but drills are through, and in which each drill is, on a busy machine."""


@dataclass(frozen=True)
class Verdicts:
    """One run: line id to its row in results.json, and what pytest printed."""

    lines: dict[str, dict[str, Any]]
    output: str = ""

    def having(self, verdict: str) -> dict[str, str]:
        """Lines with this verdict, with their messages."""
        return {i: row["message"] for i, row in self.lines.items() if row["verdict"] == verdict}

    def not_passed(self) -> dict[str, str]:
        """Lines that did not pass, with verdict and message."""
        return {i: f"{r['verdict']}: {r['message']}" for i, r in self.lines.items() if r["verdict"] != "passed"}

    def updated(self, newer: Verdicts) -> Verdicts:
        """The newer verdicts in place of the older ones of the same lines."""
        return Verdicts({**self.lines, **newer.lines}, newer.output or self.output)

    def of(self, lines: Collection[str]) -> Verdicts:
        """Just these lines, as far as they were run."""
        return Verdicts({i: row for i, row in self.lines.items() if i in lines}, self.output)


def clean_environment() -> dict[str, str]:
    """Without what the outer pytest leaves in the environment for its own workers."""
    return {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "COV_"))}


def run_checks(target: Path, *selection: str, seconds: float = 300) -> Verdicts:
    """Run checks against a target and return their verdicts.

    Raises:
        AssertionError: the run wrote no results; with the end of its output.
    """
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pytest", *selection, f"--target={target}", f"--reports={folder}", "-q"]
        done = subprocess.run(
            [*command, "-p", "no:randomly", "--allow", "writes,disrupts"],
            cwd=ROOT, env=clean_environment(), capture_output=True, text=True, timeout=seconds, check=False,
        )  # fmt: skip
        results = Path(folder) / "results.json"
        assert results.exists(), f"{' '.join(command)} wrote no results:\n{(done.stdout + done.stderr)[-4000:]}"
        rows = json.loads(results.read_text())["lines"]
    return Verdicts({row["id"]: row for row in rows}, done.stdout)


def run_lines(target: Path, lines: Collection[str]) -> Verdicts:
    """The verdicts of just these lines, in one run; none of none.

    A drill that fails has waited for all that should have come, so a run may take minutes for each.

    Raises:
        AssertionError: the run wrote no results, or a line has no check.
    """
    nodes = {collected().get(line, "") for line in lines}
    assert "" not in nodes, f"lines without a check: {', '.join(sorted(set(lines) - set(collected())))}"
    seconds = QUICK + PATIENT * len(DRILLS & set(lines))
    return run_checks(target, *sorted(nodes), seconds=seconds) if nodes else Verdicts({})


@cache
def collected(*selection: str) -> dict[str, str]:
    """Line id to the node of its check, as collection finds them; lines without a check are not in it.

    `selection`: pytest's options that choose among them, such as `-m smoke`.
    """
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "tests", "--collect-only", "-q", *selection],
        cwd=ROOT, env=clean_environment(), capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    nodes = [row.strip() for row in done.stdout.splitlines() if row.startswith("tests/") and row.strip().endswith("]")]
    return {node[node.rindex("[") + 1 : -1]: node for node in nodes}
