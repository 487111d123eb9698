"""A run that ends early keeps what was verified, and says of the rest that it was interrupted."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).parents[2]

CHECKS = """
import os
import time

import pytest

from golive.observation import observed
from golive.plugin import verifies


@verifies("AURA-1.1.1.1")
def test_first():
    observed("account", "id", "1", source="sts:GetCallerIdentity")


@verifies("AURA-1.1.2.1")
def test_second(tmp_path_factory):
    open(os.environ["STARTED"], "w").write(str(os.getpid()))
    time.sleep(60)


@verifies("AURA-1.1.2.2")
def test_third():
    time.sleep(60)
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


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with three checks, of which the first passes at once and the others take long."""
    (tmp_path / "conftest.py").write_text((ROOT / "conftest.py").read_text())
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = -p no:cacheprovider\n")
    (tmp_path / "test_made_up.py").write_text(CHECKS)
    (tmp_path / "target.toml").write_text(TARGET)
    return tmp_path


def _start(project: Path, *options: str) -> subprocess.Popen[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    environment |= {"PYTHONPATH": str(ROOT), "STARTED": str(project / "started")}
    command = [sys.executable, "-m", "pytest", "--target=target.toml", "--reports=reports", "test_made_up.py", *options]
    return subprocess.Popen(
        command, cwd=project, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


def _pid_of_second(project: Path, run: subprocess.Popen[str]) -> int:
    """Wait until the second check runs, and return the process that it runs in."""
    end = time.monotonic() + 60
    started = project / "started"
    while not (started.exists() and started.read_text()):
        assert run.poll() is None, run.communicate()[0]
        assert time.monotonic() < end
        time.sleep(0.05)
    return int(started.read_text())


def _verdicts(project: Path) -> dict[str, tuple[str, str]]:
    results = json.loads((project / "reports" / "results.json").read_text())
    assert results["interrupted"]
    assert results["gate"]["decision"] == "NO-GO"
    return {row["id"]: (row["verdict"], row["message"]) for row in results["lines"]}


@pytest.mark.parametrize("options", [[], ["-n", "1"]], ids=["one process", "xdist"])
def test_ctrl_c(project: Path, options: list[str]) -> None:
    run = _start(project, *options)
    _pid_of_second(project, run)
    run.send_signal(signal.SIGINT)
    output, _ = run.communicate(timeout=60)
    assert run.returncode != 0
    found = _verdicts(project)
    assert found["AURA-1.1.1.1"][0] == "passed", output
    assert found["AURA-1.1.2.1"][0] == "unverified"
    assert found["AURA-1.1.2.2"] == ("unverified", "interrupted before this check ran")
    for name in ("report.html", "junit.xml", "checklist.md"):
        assert (project / "reports" / name).stat().st_size > 500


def test_a_killed_worker(project: Path) -> None:
    run = _start(project, "-n", "1", "--max-worker-restart", "0")
    psutil.Process(_pid_of_second(project, run)).kill()
    output, _ = run.communicate(timeout=60)
    assert run.returncode != 0
    found = _verdicts(project)
    assert found["AURA-1.1.1.1"][0] == "passed", output
    assert found["AURA-1.1.2.1"][0] == "unverified"
    assert re.search("interrupted|crashed", found["AURA-1.1.2.1"][1])
    assert found["AURA-1.1.2.2"][0] == "unverified"
