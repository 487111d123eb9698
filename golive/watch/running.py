"""Makes a round: runs the suite in a process of its own and reads what it said."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from golive import clock
from golive.plugin.rollback import GO_BACK
from golive.redaction import redact
from golive.watch.round import Round

ROOT = Path(__file__).parents[2]
LONGEST = 600.0
"""Seconds that one round may take: a run that hangs is no round."""


def command(target: str, selection: str, reports: Path, more: Sequence[str] = ()) -> list[str]:
    """Return the command of one run."""
    return [
        sys.executable, "-m", "pytest", "-q", "-m", selection, f"--target={target}", f"--reports={reports}", *more,
    ]  # fmt: skip


def make_round(arguments: Sequence[str], reports: Path, longest: float = LONGEST) -> Round:
    """Run and read. Never raises for a run that broke: that is a round too.

    Lines that can't be looked at here (no check, a capability that the target lacks, an effect not allowed) are no part
    of a watch: they stay as they are for as long as it lasts.
    """
    started, begun = clock.present(), time.monotonic()
    results = reports / "results.json"
    results.unlink(missing_ok=True)  # so that no older run speaks for this one
    broken = ""
    said = ""
    try:
        done = subprocess.run(
            list(arguments), cwd=ROOT, capture_output=True, text=True, timeout=longest, check=False, errors="replace"
        )
        said = (done.stdout + done.stderr).strip()[-300:]
        if done.returncode not in (0, 1, GO_BACK):
            broken = f"the run ended with exit status {done.returncode}: {said}"
    except subprocess.TimeoutExpired:
        broken = f"the run took more than {longest:.0f} s and was stopped"
    except OSError as error:
        broken = f"the run could not be started: {error}"
    lines: dict[str, str] = {}
    reasons: dict[str, str] = {}
    if not broken:
        try:
            all_: list[dict[str, Any]] = json.loads(results.read_text(encoding="utf-8"))["lines"]
            rows = [row for row in all_ if row["attempted"]]
            lines = {row["id"]: row["verdict"] for row in rows}
            reasons = {row["id"]: row["message"] for row in rows if row["verdict"] not in ("passed", "waived")}
        except (OSError, ValueError, KeyError, TypeError):
            broken = f"the run left no results: {said}"
    return Round(started, time.monotonic() - begun, lines, reasons, str(redact(broken)))
