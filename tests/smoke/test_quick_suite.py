"""The smoke checks themselves: they hold now, and the pipeline ran them on this release."""

from __future__ import annotations

from datetime import datetime

import pytest

from fixtures.ci.forge import Forge
from fixtures.source.quick_suite import QuickSuite
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.release import deployed_at
from golive.verdict import NotConfigured, Unobservable
from tests.judges.quick_suite import job_problems, outcome


@verifies("AURA-5.2.3.5")
@pytest.mark.lengthy
@pytest.mark.timeout(900)
def test_smoke_checks_pass_now_and_passed_in_the_pipeline(
    line: Line, target: ProductTarget, forge: Forge, quick_suite: QuickSuite
) -> None:
    conclude(_pipeline(line, target, forge))
    longest = float(str(line.limit("duration").value))
    found = outcome(quick_suite.run(longest + 120))
    if not found.lines:
        raise Unobservable(f"{quick_suite}: none was collected", "Run pytest --lines to see what has a check")
    conclude(
        [
            *found.failed,
            *found.unseen,
            line.limit("failed").problem(len(found.failed), of=quick_suite, hint=f"Of {found.lines} lines"),
            line.limit("skipped").problem(len(found.unseen), of=quick_suite, hint=f"Of {found.lines} lines"),
            line.limit("duration").problem(round(found.seconds, 1), of=quick_suite),
        ]
    )


def _pipeline(line: Line, target: ProductTarget, forge: Forge) -> list[str]:
    """The job that runs the smoke checks was green on the released commit, after it was out."""
    name, sha = forge.settings.smoke_job, target.release.commit
    deployed = deployed_at(target.release, line.product)
    if name is None:
        raise NotConfigured(f"the target has no {line.product}.ci.smoke_job", "Name the job that runs pytest -m smoke")
    jobs = [job for run in forge.runs(sha).or_none() for job in forge.jobs(int(run["id"])) if job.get("name") == name]
    shown = [_shown(job) for job in jobs]
    observed(f"{forge} at {sha[:7]}", f"job {name}", shown, source="GET /actions/runs/ID/jobs")
    return [f"{forge}: {problem}" for problem in job_problems(name, jobs, sha, _whole(deployed))]


def _shown(job: dict[str, object]) -> dict[str, object]:
    return {key: job.get(key) for key in ("conclusion", "started_at", "completed_at")}


def _whole(moment: datetime) -> datetime:
    """The forge tells whole seconds: a job that began within the second of the rollout is not before it."""
    return moment.replace(microsecond=0)
