"""A batch of faults is shown by one worker of xdist; where groups are not kept together, each shows all of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from selftest.proofs.runner import clean_environment

TESTS = """
import pathlib, pytest

@pytest.mark.parametrize("number", range(12))
@pytest.mark.xdist_group("together")
def test_one(number, worker_id):
    pathlib.Path(__file__).with_name(f"{number}.ran").write_text(worker_id)
"""


def test_groups_are_kept_together(tmp_path: Path) -> None:
    (tmp_path / "test_group.py").write_text(TESTS)
    command = [sys.executable, "-m", "pytest", "-n2", "--dist=loadgroup", "-p", "no:cacheprovider", "-c", "/dev/null"]
    done = subprocess.run(
        [*command, f"--rootdir={tmp_path}", "test_group.py"],
        cwd=tmp_path, env=clean_environment(), capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    ran = [file.read_text() for file in tmp_path.glob("*.ran")]
    assert len(ran) == 12, done.stdout + done.stderr
    assert len(set(ran)) == 1, "pytest-xdist does not keep groups with this pytest: install what requirements.lock says"
