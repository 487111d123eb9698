"""The workflows: valid by the published schema, and their shell steps do what they say with the real commands."""

from __future__ import annotations

import os
import re
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


ATTACHING = {
    "Comment on the GitHub issue": "would comment on o/r#12",
    "Attach the report to the GitHub release": "would attach report.html to o/r v1",
    "Attach the report to the Jira issue": "would attach summary.md to REL-9",
}
"""Step to what it says in a dry run."""


def workflow(name: str) -> dict[Any, Any]:
    """A workflow as it is read."""
    read: dict[Any, Any] = yaml.safe_load((ROOT / ".github" / "workflows" / name).read_text())
    return read


def steps(name: str) -> dict[str, str]:
    """Name of a step to its shell commands."""
    job = workflow(name)["jobs"]["verify"]
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
        "RELEASE": "1.0.0", "DRY_RUN": "", "GOLIVE_LEDGER": "ledger.sqlite", "GITHUB_ISSUE": "o/r#12",
        "GITHUB_RELEASE": "o/r@v1", "JIRA": f"{tracker.url}/browse/REL-9", "JIRA_TOKEN": "quartz-token-78",
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
    for step, would in ATTACHING.items():
        told = shell(todo[step], DRY_RUN="--dry-run")
        assert told.returncode == 0, told.stderr
        assert would in told.stdout
    assert set(tracker.dummy.methods) == {"GET"}, "a dry run only reads"
    for step in ATTACHING:
        assert shell(todo[step]).returncode == 0
    assert "NO-GO: made up" in tracker.comments[-1]["body"]
    assert tracker.assets == {"report.html": 8, "summary.md": 8}
    to_jira = [
        r.path.rpartition("/")[2] for r in tracker.dummy.arrived if r.path.startswith("/rest/api/2/issue/REL-9/")
    ]
    assert to_jira == ["attachments", "attachments", "comment"]
    assert shell(todo["Attach the report to the Jira issue"], JIRA_TOKEN="").returncode == 2, "fails its step"


@pytest.mark.parametrize("name", ["verify-release.yml", "nightly.yml"])
def test_each_destination_is_a_step_that_runs_when_it_is_named_whatever_was_decided(name: str) -> None:
    job = workflow(name)["jobs"]["verify"]
    known = {step["name"]: step for step in job["steps"] if "name" in step}
    for step in ATTACHING:
        (variable,) = re.findall(r'"\$(\w+)"', known[step]["run"])
        (source,) = re.findall(r"\{\{ (\S+) \}\}", job["env"][variable])
        assert known[step]["if"] == f"${{{{ always() && {source} != '' }}}}"
        assert known[step]["run"].endswith("$DRY_RUN")
        assert any("TOKEN" in key for key in known[step]["env"])


def test_a_run_by_hand_takes_what_a_call_takes() -> None:
    triggers = workflow("verify-release.yml")[True]  # `on` is a boolean of YAML 1.1
    call, hand = triggers["workflow_call"]["inputs"], triggers["workflow_dispatch"]["inputs"]
    assert call.keys() == hand.keys()
    assert hand["dry-run"]["default"] is True, "by hand nothing is written unless it is asked for"


def test_the_nightly_attaches_by_the_same_commands() -> None:
    release, nightly = steps("verify-release.yml"), steps("nightly.yml")
    assert {s: nightly[s] for s in ATTACHING} == {s: release[s] for s in ATTACHING}


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
