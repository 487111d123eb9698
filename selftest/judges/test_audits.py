"""Audits of a pipeline: what starts them, what lets findings pass, what they looked at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.judges.audits import (
    audited_by_npm,
    audited_by_pip,
    days_open,
    ignored,
    job_ids,
    level_problem,
    locked_by_npm,
    part_problem,
    runs_by_itself,
    runs_on_changes,
    triggers,
    unanswered,
    unticketed,
)


@pytest.mark.parametrize(
    ("text", "by_itself", "on_changes"),
    [
        ("on: push", False, False),
        ("on: [push, pull_request]", False, True),
        ("on: {schedule: [{cron: '1 1 * * *'}], pull_request: {branches: [main]}}", True, True),
        ("on: {schedule: [], pull_request: {branches: [other]}}", False, False),
        ("on: {pull_request: {paths: [docs]}}", False, False),
    ],
)
def test_what_starts_a_workflow(text: str, by_itself: bool, on_changes: bool) -> None:
    started = triggers(f"{text}\njobs: {{one: {{}}}}")
    assert (runs_by_itself(started), runs_on_changes(started, "main")) == (by_itself, on_changes)
    assert job_ids(f"{text}\njobs: {{one: {{}}}}") == ["one"]


def test_what_is_no_workflow() -> None:
    for text in ("- a", "a: [", "text"):
        with pytest.raises(ValueError, match="no"):
            triggers(text)


@pytest.mark.parametrize(
    ("options", "good"),
    [("", True), ("--audit-level=high", True), ("--audit-level none", False), ("--audit-level=critical", False)],
)
def test_level(options: str, good: bool) -> None:
    assert (level_problem(f"npm audit {options} --json > x") is None) is good


def test_ignored() -> None:
    assert ignored("pip-audit --ignore-vuln A-1 -r x --ignore-vuln=B-2") == ["B-2", "A-1"]


@dataclass
class Accepted:
    owner: str
    until: date


def test_unanswered() -> None:
    known = {
        "A": Accepted("Ada", date(2026, 12, 1)),
        "B": Accepted("Ada", date(2026, 1, 1)),
        "C": Accepted(" ", date.max),
    }
    assert unanswered("ABCD", known, date(2026, 11, 22)) == ["B", "C", "D"]


def test_reports_of_audits() -> None:
    pip = {"dependencies": [{"name": "A_b", "vulns": [{"id": "G-1"}]}, {"name": "c", "skip_reason": "no"}]}
    assert audited_by_pip(pip) == ({"a-b"}, ["A_b G-1"])
    via = [{"severity": "high", "url": "https://x/G-2"}, {"severity": "low", "url": "y"}, "other"]
    npm = {"vulnerabilities": {"m": {"via": via}}, "metadata": {"dependencies": {"total": 3}}}
    assert audited_by_npm(npm) == (3, ["m G-2"])
    assert locked_by_npm({"packages": {"": {}, "node_modules/a": {}}}) == 1


def _run(**changes: Any) -> dict[str, Any]:
    return {
        "tool": {"driver": {"name": "Trivy"}},
        "results": [],
        "invocations": [{"executionSuccessful": True}],
    } | changes


@pytest.mark.parametrize(
    ("run", "wanted"),
    [
        (_run(), None),
        (_run(results=None), "without results"),
        (_run(invocations=[{"executionSuccessful": False}]), "failed"),
        (_run(tool={"driver": {"name": "Other"}}), "no part"),
    ],
)
def test_part(run: dict[str, Any], wanted: str | None) -> None:
    said = part_problem({"runs": [run]}, "trivy")
    assert said is None if wanted is None else wanted in str(said)


def test_unticketed() -> None:
    results = [
        {"level": "error", "ruleId": "R1"},
        {"level": "error", "ruleId": "R2", "workItemUris": ["x"]},
        {"ruleId": "R3"},
    ]
    assert unticketed({"runs": [_run(results=results)]}) == ["Trivy R1"]


@dataclass
class Issue:
    severity: str
    opened: datetime
    closed: datetime | None


def test_days_open() -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    assert days_open(Issue("critical", now - timedelta(days=9), None), now) == 9
    assert days_open(Issue("critical", now - timedelta(days=9), now - timedelta(days=4)), now) == 5
