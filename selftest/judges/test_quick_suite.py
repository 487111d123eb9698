"""How a run of the smoke checks and the pipeline's job are judged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.judges.quick_suite import job_problems, outcome

DEPLOYED = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SHA = "5126cfd0bcf0a325"


def _job(minutes: float = 5, conclusion: str = "success") -> dict[str, Any]:
    return {
        "name": "smoke",
        "conclusion": conclusion,
        "started_at": (DEPLOYED + timedelta(minutes=minutes)).isoformat(),
    }


def test_results_are_counted_and_only_passed_is_passed() -> None:
    lines = [
        {"id": f"A-{n}", "verdict": verdict, "message": "it answered 500\nsee its log"}
        for n, verdict in enumerate(("passed", "failed", "unverified", "waived"))
    ]
    found = outcome({"lines": lines, "started": "2026-11-22T09:00:00+00:00", "finished": "2026-11-22T09:01:30+00:00"})
    assert (found.lines, found.seconds) == (4, 90)
    assert found.failed == ("A-1 failed: it answered 500",)
    assert [said.split()[0] for said in found.unseen] == ["A-2", "A-3"]


@pytest.mark.parametrize(
    ("jobs", "wrong"),
    [
        ([_job()], ""),
        ([_job(-60, "failure"), _job(5)], ""),
        ([], "did not run"),
        ([_job(conclusion="failure")], "is failure"),
        ([_job(conclusion="skipped")], "is skipped"),
        ([_job(-1)], "before the rollout was done"),
        ([{"name": "smoke", "status": "queued"}], "has not begun"),
    ],
)
def test_the_newest_job_ran_after_the_rollout_and_is_green(jobs: list[dict[str, Any]], wrong: str) -> None:
    problems = job_problems("smoke", jobs, SHA, DEPLOYED)
    assert bool(problems) is bool(wrong)
    assert wrong in " ".join(problems)
