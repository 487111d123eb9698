"""A commit's pipeline, as judged on made-up observations."""

from __future__ import annotations

import pytest

from tests.judges.pipeline import check_problems, digests_in, protection_problems, swallowed_failures

SHA = "a" * 40
GREEN = {"name": "unit", "head_sha": SHA, "status": "completed", "conclusion": "success"}
WORKFLOW = """
on: [push]
jobs:
  unit:
    name: Unit tests
    steps:
      - run: pytest tests
  notify:
    continue-on-error: true
    steps:
      - run: curl https://chat.test || true
"""


def test_green_check_has_no_problem() -> None:
    assert check_problems(["unit"], [GREEN], SHA) == []


@pytest.mark.parametrize(
    ("checks", "said"),
    [
        ([], "never ran"),
        ([GREEN | {"conclusion": "failure"}], "unit is failure"),
        ([GREEN | {"conclusion": "skipped"}], "unit is skipped"),
        ([GREEN | {"conclusion": "neutral"}], "unit is neutral"),
        ([GREEN | {"status": "in_progress", "conclusion": None}], "unit is in_progress"),
        ([GREEN | {"head_sha": "b" * 40}], "ran on bbbbbbb and not on aaaaaaa"),
        ([GREEN, GREEN | {"conclusion": "failure"}], "unit is failure"),
    ],
)
def test_anything_else_than_green_is_named(checks: list[dict[str, object]], said: str) -> None:
    assert any(said in p for p in check_problems(["unit"], checks, SHA))


def test_honest_workflow_passes_whatever_other_jobs_do() -> None:
    assert swallowed_failures({"ci.yml": WORKFLOW}, ["Unit tests"]) == []
    assert swallowed_failures({"ci.yml": WORKFLOW}, ["unit"]) == []


@pytest.mark.parametrize(
    "weak",
    [
        WORKFLOW.replace("name: Unit tests", "continue-on-error: true"),
        WORKFLOW.replace("name: Unit tests", "continue-on-error: ${{ matrix.new }}"),
        WORKFLOW.replace("pytest tests", "pytest tests || true"),
        WORKFLOW.replace("pytest tests", "pytest tests || exit 0"),
        WORKFLOW.replace("pytest tests", "bandit -r app --exit-zero"),
        WORKFLOW.replace("- run: pytest tests", "- run: pytest tests\n        continue-on-error: true"),
    ],
)
def test_swallowed_failures_are_found(weak: str) -> None:
    assert swallowed_failures({"ci.yml": weak}, ["unit"])


@pytest.mark.parametrize("text", ["jobs: [", "name: nothing", "jobs: {other: {steps: []}}"])
def test_what_can_not_be_judged_is_no_pass(text: str) -> None:
    with pytest.raises(ValueError):
        swallowed_failures({"ci.yml": text}, ["unit"])


def test_protection() -> None:
    strict = {"required_status_checks": {"contexts": ["unit"]}, "enforce_admins": {"enabled": True}}
    assert protection_problems(strict, ["unit"]) == []
    assert protection_problems(None, ["unit"]) == ["the branch has no protection"]
    assert protection_problems(strict, ["unit", "e2e"]) == ["check e2e is not needed for a merge"]
    assert "administrators" in protection_problems(strict | {"enforce_admins": {"enabled": False}}, ["unit"])[0]
    assert "history" in protection_problems(strict | {"allow_force_pushes": {"enabled": True}}, ["unit"])[0]


def test_digests_are_found_anywhere() -> None:
    digest = f"sha256:{'0' * 64}"
    assert digests_in({"images": [{"api": f"registry/api@{digest}"}], "size": 3}) == {digest}
    assert digests_in([]) == set()
