"""A folder with made-up checks and a target file, run by pytest in a process of its own, as a user runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
HEAD = """
import pytest

from golive.observation import Found, observed
from golive.plugin import verifies


def seen():
    return observed("account", "id", "1", source="sts:GetCallerIdentity")
"""
TARGET = """
name = "made up"

[aurastudio.release]
version = "1.0.0"
commit = "0123456"

[aurastudio.aws]
account_id = "111122223333"
region = "us-east-1"

[aurastudio.postgres]
dsn = "env:NOT_USED"
app_role = "app"
owner_role = "owner"
"""
NOT_OURS = ("-p", "no:schemathesis", "-p", "no:anyio", "-p", "no:valkey")
"""Plugins that come with libraries; pyproject.toml leaves them out of our own runs as well."""


@dataclass(frozen=True)
class Done:
    """A finished run. `text` is all that it printed."""

    status: int
    text: str
    reports: Path

    @property
    def results(self) -> dict[str, Any]:
        """What `results.json` holds."""
        found: dict[str, Any] = json.loads((self.reports / "results.json").read_text())
        return found

    @property
    def verdicts(self) -> dict[str, tuple[str, str]]:
        """Line id to verdict and message."""
        return {row["id"]: (row["verdict"], row["message"]) for row in self.results["lines"]}


def run_checks(folder: Path, checks: str, *options: str, timeout: float = 60) -> Done:
    """Run these checks (`HEAD` stands before them) in the folder."""
    (folder / "conftest.py").write_text((ROOT / "conftest.py").read_text())
    (folder / "pytest.ini").write_text("[pytest]\naddopts = -p no:cacheprovider --strict-markers\n")
    (folder / "test_made_up.py").write_text(HEAD + checks)
    (folder / "target.toml").write_text(TARGET)
    return run_pytest(folder, "--target=target.toml", "--reports=reports", "test_made_up.py", *options, timeout=timeout)


def run_pytest(folder: Path, *arguments: str, timeout: float = 60) -> Done:
    """Run pytest with these arguments in the folder."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")} | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *NOT_OURS, *arguments],
        cwd=folder, env=environment, text=True, capture_output=True, timeout=timeout, check=False,
    )  # fmt: skip
    return Done(done.returncode, done.stdout + done.stderr, folder / "reports")
