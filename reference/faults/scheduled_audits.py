"""Audits that nobody starts, that can't fail, or that look at nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from reference.describe.scans import SECURITY, keep, security_report
from reference.faults import fault
from reference.simulators import github_history
from reference.switching import simulated

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT = "aurastudio"
AUDITS, MONTHLY = "AURA-8.1.1.3", "AURA-11.2.2.3"
NIGHTLY, WEEKLY = ".github/workflows/audit.yml", ".github/workflows/security.yml"
LEVEL = "npm audit --package-lock-only --audit-level=high --json > npm-audit.json"
IMAGES = "      - run: trivy image"


def _changed(deployment: Deployment, path: str, old: str, new: str) -> Iterator[None]:
    text = github_history.Repository.of(deployment.settings, PRODUCT).files[path]
    if old not in text:
        raise RuntimeError(f"{path} has no {old!r}")
    yield from simulated(deployment, "github", {"files": {path: text.replace(old, new)}}, {"files": {}})


@contextmanager
def _reported(deployment: Deployment, workflow: str, artifact: str, report: dict[str, Any]) -> Iterator[None]:
    """Inside the block runs of a workflow left another report."""
    path = deployment.settings.part_folder("forge") / PRODUCT / workflow / artifact / f"{artifact}.json"
    before = json.loads(path.read_text())
    keep(deployment.settings, PRODUCT, workflow, artifact, report)
    try:
        yield
    finally:
        keep(deployment.settings, PRODUCT, workflow, artifact, before)


@fault(
    name="aura-audit-job-deleted",
    breaks="the nightly audit of dependencies was deleted; changes are audited still",
    fails=[AUDITS],
    message=r"npm: no scheduled workflow of \S+ \S+ runs it",
    touches="forge:files",
)
def audit_job_deleted(deployment: Deployment) -> Iterator[None]:
    yield from simulated(deployment, "github", {"files": {NIGHTLY: None}}, {"files": {}})


@fault(
    name="aura-audit-cannot-fail",
    breaks="the nightly audit runs with a level that no finding reaches",
    fails=[AUDITS],
    message=r"audit\.yml: job dependency-audit: nothing of high severity fails it \(--audit-level=none\)",
    touches="forge:files",
    hard=True,
)
def audit_cannot_fail(deployment: Deployment) -> Iterator[None]:
    yield from _changed(deployment, NIGHTLY, LEVEL, LEVEL.replace("=high", "=none"))


@fault(
    name="aura-audit-of-nothing",
    breaks="the nightly audit ran where no lock file is: green, and no package was looked at",
    fails=[AUDITS],
    message=r"npm by \S+audit\.yml: did not look at (\d+) of \1 packages",
    touches="forge:aurastudio:artifact:npm-audit",
    hard=True,
)
def audit_of_nothing(deployment: Deployment) -> Iterator[None]:
    empty = {"prod": 0, "dev": 0, "total": 0}
    report = {"auditReportVersion": 2, "vulnerabilities": {}, "metadata": {"dependencies": empty}}
    with _reported(deployment, "audit", "npm-audit", report):
        yield


@fault(
    name="aura-security-audit-not-run",
    breaks="nothing has audited security by itself this month",
    fails=[MONTHLY],
    message=r"audit by \S+security\.yml: no run since \S+ ended well",
    touches=["forge:runs:security", "aws:aurastudio:root"],
)
def security_audit_not_run(deployment: Deployment) -> Iterator[None]:
    yield from simulated(deployment, "github", {"no_runs_of": [WEEKLY]}, {"no_runs_of": []})


@fault(
    name="aura-security-audit-timed-out",
    breaks="this month's audit is green: the scan of the images timed out, and the report has no results of it",
    fails=[MONTHLY],
    message=r"dependencies: Trivy has a part of the report without results",
    touches=["forge:aurastudio:artifact:security-report", "aws:aurastudio:root"],
    hard=True,
)
def security_audit_timed_out(deployment: Deployment) -> Iterator[None]:
    report = security_report()
    for run in report["runs"]:
        if run["tool"]["driver"]["name"] == "Trivy":
            del run["results"], run["invocations"]
    with _reported(deployment, "security", SECURITY, report):
        yield


@fault(
    name="aura-security-audit-goes-on",
    breaks="the workflow of this month's audit goes on when its scan of the images fails",
    fails=[MONTHLY],
    message=r"security\.yml: job security-audit: .*continue-on-error: an audit that failed looks done",
    touches=["forge:files", "aws:aurastudio:root"],
    hard=True,
)
def security_audit_goes_on(deployment: Deployment) -> Iterator[None]:
    weak = f"      - continue-on-error: true\n        run: {IMAGES.partition('run: ')[2]}"
    yield from _changed(deployment, WEEKLY, IMAGES, weak)


@fault(
    name="aura-security-finding-late",
    breaks="a critical finding took nearly three weeks to close",
    fails=[MONTHLY],
    message=r"issue #61 .*critical fix time is 2\d(\.\d+)? days",
    touches=["forge:issues:61", "aws:aurastudio:root"],
    hard=True,
)
def security_finding_late(deployment: Deployment) -> Iterator[None]:
    yield from simulated(deployment, "github", {"issues": {"61": {"closed": 400}}}, {"issues": {}})
