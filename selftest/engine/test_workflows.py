"""The workflows: valid by the published schema, and their shell steps do what they say with the real commands."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from selftest.engine.made_project import HEAD, ROOT, TARGET
from selftest.engine.test_ticket import Tracker, tracker  # noqa: F401 - a fixture

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
CHECK = """
from pathlib import Path


@pytest.mark.smoke
@verifies("AURA-6.1.1.3")
def test_backups():
    seen()
    assert not Path("broken").exists(), "backups are kept 3 days"
"""


def steps(name: str) -> dict[str, str]:
    """Name of a step to its shell commands."""
    job: dict[str, Any] = yaml.safe_load((ROOT / ".github" / "workflows" / name).read_text())["jobs"]["verify"]
    return {step["name"]: step["run"] for step in job["steps"] if "run" in step}


def test_they_fit_the_published_schema() -> None:
    assert WORKFLOWS
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", *WORKFLOWS],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


@pytest.fixture
def shell(tmp_path: Path, tracker: Tracker) -> Any:  # noqa: F811 - the fixture
    (tmp_path / "conftest.py").write_text((ROOT / "conftest.py").read_text())
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = -p no:cacheprovider --reports=reports\n")
    (tmp_path / "test_made_up.py").write_text(HEAD + CHECK)
    (tmp_path / "target.toml").write_text(TARGET)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to(sys.executable)
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")} | {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "TARGET": "target.toml",
        "RELEASE": "1.0.0", "TICKET": "o/r#12", "DRY_RUN": "", "GOLIVE_LEDGER": "ledger.sqlite",
        "GITHUB_TOKEN": "quartz-token-77", "GITHUB_API_URL": tracker.url, "PYTEST_ADDOPTS": "-m smoke",
    }  # fmt: skip

    def run(command: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", command], cwd=tmp_path, env=environment | more, capture_output=True,
            text=True, timeout=120, check=False,
        )  # fmt: skip

    return run


def test_the_release_workflow_fails_on_no_go_and_reports_all_the_same(shell: Any, tracker: Tracker) -> None:  # noqa: F811
    todo = steps("verify-release.yml")
    done = shell(todo["Verify"])
    assert done.returncode == 1, done.stdout + done.stderr
    assert "NO-GO: phases predeploy" in done.stdout
    told = shell(todo["Put the report on the ticket"], DRY_RUN="--dry-run")
    assert told.returncode == 0, told.stderr
    assert "would comment on o/r#12" in told.stdout
    assert len(tracker.comments) == 130
    assert shell(todo["Put the report on the ticket"]).returncode == 0
    assert "NO-GO: made up" in tracker.comments[-1]["body"]


def test_the_nightly_decides_from_the_ledger(shell: Any, tmp_path: Path) -> None:
    todo = steps("nightly.yml")
    (tmp_path / "broken").touch()
    shell(todo["Verify everything"], PYTEST_ADDOPTS="")
    decided = shell(todo["Decide"], PYTEST_ADDOPTS="")
    assert decided.returncode == 1, decided.stdout + decided.stderr
    assert "backups are kept 3 days" in decided.stdout


def test_secrets_reach_the_environment_line_by_line(shell: Any, tmp_path: Path) -> None:
    done = shell(steps("nightly.yml")["Read the secrets"], GOLIVE_SECRETS="A=1\nB=two words", GITHUB_ENV="env.txt")
    assert done.returncode == 0
    assert (tmp_path / "env.txt").read_text() == "A=1\nB=two words\n"
