"""What the pipeline's scanners left: reports that the scanners really wrote, of the code that really runs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reference.settings import Settings

ARTIFACT = "bandit"


def scanned(settings: Settings, product: str, checkout: Path) -> str:
    """Scan the checkout as the workflow's step does and keep the report as its artifact; returns the artifact's name.

    Raises RuntimeError when the scanner did not write a report.
    """
    report = settings.part_folder("forge") / product / "ci" / ARTIFACT / "bandit.json"
    report.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "bandit", "-r", "api", "-ll", "-ii", "-f", "json", "-q", "-o", str(report)]
    done = subprocess.run(command, cwd=checkout, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode not in (0, 1) or not report.exists():
        raise RuntimeError(f"bandit ended with {done.returncode}: {done.stderr[-300:]}")
    return ARTIFACT
