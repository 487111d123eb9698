from __future__ import annotations

import pytest

from tests.judges.scanner_step import missed, serious, steps_with, weaknesses

PATH = "ci.yml"
TEXT = """
jobs:
  scan:
    name: security
    steps:
      - uses: actions/checkout@v5
      - run: {command}
"""


def _workflow(command: str) -> dict[str, str]:
    return {PATH: TEXT.format(command=command)}


def test_the_step_is_found_by_its_command() -> None:
    (step,) = steps_with(_workflow("python -m bandit -r api"), "bandit")
    assert (step.job, step.name) == ("scan", "security")
    assert steps_with(_workflow("echo bandit"), "bandit") == []
    with pytest.raises(ValueError, match="no jobs"):
        steps_with({PATH: "on: push"}, "bandit")


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("bandit -r api -f json -o bandit.json", ""),
        ("bandit -r api || true", "swallow"),
        ("bandit -r api --exit-zero", "never fails"),
        ("bandit -r api -x api/services", "leaves files out"),
        ("bandit -r api --exclude=api/services", "leaves files out"),
        ("bandit -r api -lll", "high severity"),
        ("bandit -r api --severity-level high", "only what is high"),
        ("bandit -r api -ll", ""),
    ],
)
def test_what_lets_findings_pass(command: str, said: str) -> None:
    workflows = _workflow(command)
    (step,) = steps_with(workflows, "bandit")
    found = weaknesses(step, workflows)
    assert bool(found) == bool(said)
    if said and said != "swallow":
        assert any(said in one for one in found)


def test_files_and_findings_of_a_report() -> None:
    assert missed(["./api/a.py"], ["api/a.py", "api/b.py"]) == ["api/b.py"]
    low, high = (
        {"issue_severity": "LOW"},
        {"issue_severity": "HIGH", "filename": "a.py", "line_number": 3, "test_id": "B1"},
    )
    assert serious([low, high]) == ["a.py:3 B1"]
