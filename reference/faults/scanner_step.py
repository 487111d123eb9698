"""A pipeline whose code scanner does not run, can't fail, or looks elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.simulators import github_history
from reference.switching import simulated

if TYPE_CHECKING:
    from reference.deployment import Deployment

LINE = "AURA-8.1.1.1"
WORKFLOW = ".github/workflows/ci.yml"
STEP = "bandit -r api -ll -ii -f json -o bandit.json"
TOUCHES = "forge:aurastudio:workflow:ci"


def _changed(deployment: Deployment, old: str, new: str) -> Iterator[None]:
    text = github_history.Repository.of(deployment.settings, "aurastudio").files[WORKFLOW]
    if old not in text:
        raise RuntimeError(f"{WORKFLOW} has no {old!r}")
    yield from simulated(deployment, "github", {"files": {WORKFLOW: text.replace(old, new)}}, {"files": {}})


@fault(
    name="aura-scanner-step-removed",
    breaks="the pipeline does not run the Python scanner any more",
    fails=[LINE],
    message=r"no job of its workflows runs bandit",
    touches=["forge:files", TOUCHES],
)
def scanner_step_removed(deployment: Deployment) -> Iterator[None]:
    yield from _changed(deployment, f"      - run: {STEP}\n", "")


@fault(
    name="aura-scanner-step-cannot-fail",
    breaks="the scanner's findings are swallowed by the shell",
    fails=[LINE, "AURA-8.1.1.3"],  # the audits are in the same job
    message=r"\.github/workflows/ci\.yml: job security-scan: .*Let its findings stop the job",
    touches=["forge:files", TOUCHES],
    hard=True,
)
def scanner_step_cannot_fail(deployment: Deployment) -> Iterator[None]:
    yield from _changed(deployment, STEP, f"{STEP} || true")


@fault(
    name="aura-scanner-step-leaves-out",
    breaks="the scanner leaves out a folder and fails only for what is of high severity",
    fails=[LINE],
    message=r"it leaves files out \(-x\).*\n.*only what is of high severity fails \(-lll\)",
    touches=["forge:files", TOUCHES],
    hard=True,
)
def scanner_step_leaves_out(deployment: Deployment) -> Iterator[None]:
    yield from _changed(deployment, STEP, f"{STEP} -x api/app/aurastudio -lll")


@fault(
    name="aura-scanner-job-red",
    breaks="the scanning job failed on the released commit",
    fails=[LINE],
    message=r"runs for release is 0",
    touches="forge:conclusions",
    hard=True,
)
def scanner_job_red(deployment: Deployment) -> Iterator[None]:
    yield from simulated(deployment, "github", {"conclusions": {"security-scan": "failure"}}, {"conclusions": {}})
