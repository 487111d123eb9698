"""A release whose pipeline is red, green for show, of another commit, or not needed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import httpx

from reference.faults import fault
from reference.switching import simulated

if TYPE_CHECKING:
    from reference.deployment import Deployment

LINE = "SEI-1.3.1.1.3"
WORKFLOW = ".github/workflows/test-suite.yml"
HEALTHY: dict[str, Any] = {
    "conclusions": {},
    "tested_commit": None,
    "direct_push": False,
    "attempts": {},
    "protection": {},
    "digests": {},
}


def _switched(deployment: Deployment, **switches: Any) -> Iterator[None]:
    return simulated(deployment, "github", switches, HEALTHY)


@fault(
    name="sei-pipeline-test-job-red",
    breaks="a required job of the released commit failed",
    fails=[LINE],
    message=r"successful required checks is .*integration is failure",
    touches="forge:conclusions",
)
def test_job_red(deployment: Deployment) -> Iterator[None]:
    yield from _switched(deployment, conclusions={"integration": "failure"})


@fault(
    name="sei-pipeline-job-skipped",
    breaks="a required job was skipped, the run is green",
    fails=[LINE],
    message=r"contract is skipped",
    touches="forge:conclusions",
    hard=True,
)
def job_skipped(deployment: Deployment) -> Iterator[None]:
    yield from _switched(deployment, conclusions={"contract": "skipped"})


@fault(
    name="sei-pipeline-job-may-fail",
    breaks="the test job is green because its failure is swallowed",
    fails=[LINE],
    message=rf"{WORKFLOW}: job integration: continue-on-error",
    touches="forge:files",
    hard=True,
)
def job_may_fail(deployment: Deployment) -> Iterator[None]:
    text = _workflow(deployment)
    weak = text.replace("  integration:\n", "  integration:\n    continue-on-error: true\n", 1)
    if weak == text:
        raise RuntimeError(f"{WORKFLOW} has no job integration to weaken")
    yield from simulated(deployment, "github", {"files": {WORKFLOW: weak}}, {"files": {}})


@fault(
    name="sei-pipeline-ran-on-the-commit-before",
    breaks="the checks ran before a last direct push, which is what was deployed",
    fails=[LINE, "SEI-2.1.1.3.1", "AURA-10.2.2.1", "AURA-10.2.2.2"],
    message={
        LINE: r"unit never ran on [0-9a-f]{7}",
        "SEI-2.1.1.3.1": r"no run on [0-9a-f]+ recorded image digests",
        "AURA-10.2.2.1": r"approvals is 0, want >= 1",
        "AURA-10.2.2.2": r"did not approve pages/guide\.md, but nobody",
    },
    touches="forge:commits",
    hard=True,
)
def ran_on_the_commit_before(deployment: Deployment) -> Iterator[None]:
    yield from _switched(deployment, tested_commit="parent", direct_push=True)


@fault(
    name="sei-pipeline-green-at-the-fourth-try",
    breaks="a job was run again until it was green",
    fails=[LINE],
    message=r"job e2e at [0-9a-f]{7}: attempts is 4",
    touches="forge:attempts",
    hard=True,
)
def green_at_the_fourth_try(deployment: Deployment) -> Iterator[None]:
    yield from _switched(deployment, attempts={"e2e": 4})


@fault(
    name="sei-pipeline-not-for-administrators",
    breaks="administrators may merge without the required checks",
    fails=[LINE],
    message=r"branch main: administrators may go round it",
    touches="forge:protection",
    hard=True,
)
def not_for_administrators(deployment: Deployment) -> Iterator[None]:
    yield from _switched(deployment, protection={"enforce_admins": {"enabled": False}})


@fault(
    name="sei-pipeline-built-another-image",
    breaks="the deployed image is not the one that the commit's run built",
    fails=[LINE],
    message=r"the deployed image sha256:\w+ is not what its run built",
    touches="forge:digests",
    hard=True,
)
def built_another_image(deployment: Deployment) -> Iterator[None]:
    yield from _switched(deployment, digests={"api": f"sha256:{'0' * 64}"})


def _workflow(deployment: Deployment) -> str:
    """The file as the forge has it."""
    forge = deployment.settings.simulators["github"]
    headers = {"Authorization": f"Bearer {forge.key}", "Accept": "application/vnd.github.raw"}
    answer = httpx.get(
        f"{forge.base_url}/repos/example/seiketsu/contents/{WORKFLOW}", headers=headers, timeout=10, trust_env=False
    )
    return answer.raise_for_status().text
