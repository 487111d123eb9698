"""Images with open findings or without a scan, and a registry that keeps too much or too little."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from reference.amending import amended
from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

SCAN, KEPT, REPOSITORY = "AURA-5.2.1.3", "AURA-5.2.1.4", "aurastudio-api"
SCANNED, POLICY = ["aws:aurastudio:ecr:api:scan"], ["aws:aurastudio:ecr:api:lifecycle"]


@contextmanager
def _scan(deployment: Deployment, values: dict[str, Any]) -> Iterator[None]:
    """Inside the block the scans of the API's images say otherwise. Nobody can order what a scan finds."""
    operation = "DescribeImageScanFindings"
    with amended(deployment, "aurastudio", "ecr", "", values, {"repositoryName": REPOSITORY}, operation):
        yield


@fault(
    name="aura-image-critical-finding",
    breaks="the scan of the running image found something critical",
    fails=[SCAN],
    message=r"aurastudio-api@sha256:\w+ of .*: critical is 1.*CVE-2026-31337",
    touches=SCANNED,
)
def critical_finding(deployment: Deployment) -> Iterator[None]:
    found = [{"name": "CVE-2026-31337", "severity": "CRITICAL", "uri": "https://example.test/CVE-2026-31337"}]
    counts = {"CRITICAL": 1, "LOW": 2}
    values = {"imageScanFindings.findings": found, "imageScanFindings.findingSeverityCounts": counts}
    with _scan(deployment, values):
        yield


@fault(
    name="aura-image-scan-failed",
    breaks="the scan of the running image failed, so it counts nothing",
    fails=[SCAN],
    message=r"aurastudio-api@sha256:\w+ of .*: its scan ended as FAILED",
    touches=SCANNED,
    hard=True,
)
def scan_failed(deployment: Deployment) -> Iterator[None]:
    with _scan(deployment, {"imageScanStatus.status": "FAILED", "imageScanFindings": {"findingSeverityCounts": {}}}):
        yield


@fault(
    name="aura-image-not-supported-by-scan",
    breaks="the scan does not support the running image, so it counts nothing",
    fails=[SCAN],
    message=r"aurastudio-api@sha256:\w+ of .*: its scan ended as UNSUPPORTED_IMAGE",
    touches=SCANNED,
    hard=True,
)
def not_supported(deployment: Deployment) -> Iterator[None]:
    values = {"imageScanStatus.status": "UNSUPPORTED_IMAGE", "imageScanFindings": {"findingSeverityCounts": {}}}
    with _scan(deployment, values):
        yield


@fault(
    name="aura-image-scanned-long-ago",
    breaks="the running image was scanned three weeks ago, when less was known",
    fails=[SCAN],
    message=r"aurastudio-api@sha256:\w+ of .*: scan age is 21",
    touches=SCANNED,
    hard=True,
)
def scanned_long_ago(deployment: Deployment) -> Iterator[None]:
    with _scan(deployment, {"imageScanFindings.imageScanCompletedAt": {"ago": "21d"}}):
        yield


@contextmanager
def _lifecycle(deployment: Deployment, *rules: dict[str, Any]) -> Iterator[None]:
    """Inside the block the repository has these rules, or none and no policy."""
    ecr = deployment.aws("aurastudio", "ecr")
    before = ecr.get_lifecycle_policy(repositoryName=REPOSITORY)["lifecyclePolicyText"]
    if rules:
        ecr.put_lifecycle_policy(repositoryName=REPOSITORY, lifecyclePolicyText=json.dumps({"rules": rules}))
    else:
        ecr.delete_lifecycle_policy(repositoryName=REPOSITORY)
    try:
        yield
    finally:
        ecr.put_lifecycle_policy(repositoryName=REPOSITORY, lifecyclePolicyText=before)


def _rule(priority: int, status: str, kind: str, number: int) -> dict[str, Any]:
    unit = {"countUnit": "days"} if kind == "sinceImagePushed" else {}
    selection = {"tagStatus": status, "countType": kind, "countNumber": number, **unit}
    return {"rulePriority": priority, "description": "-", "selection": selection, "action": {"type": "expire"}}


@fault(
    name="aura-registry-keeps-everything",
    breaks="the registry has no lifecycle policy",
    fails=[KEPT],
    message=r"image repository aurastudio-api: has no lifecycle policy",
    touches=POLICY,
)
def keeps_everything(deployment: Deployment) -> Iterator[None]:
    with _lifecycle(deployment):
        yield


@fault(
    name="aura-registry-removes-after-a-week",
    breaks="the registry removes whatever is older than seven days, the release before with it",
    fails=[KEPT],
    message=r"the release before, 2\.0\.0, sha256:\w+, 2\d days old, is removed by the rule of priority 1",
    touches=POLICY,
    hard=True,
)
def removes_after_a_week(deployment: Deployment) -> Iterator[None]:
    with _lifecycle(deployment, _rule(1, "any", "sinceImagePushed", 7)):
        yield


@fault(
    name="aura-registry-keeps-untagged",
    breaks="the registry keeps images without a tag as if they were releases",
    fails=[KEPT],
    message=r"image repository aurastudio-api: keeps images without a tag for longer",
    touches=POLICY,
    hard=True,
)
def keeps_untagged(deployment: Deployment) -> Iterator[None]:
    with _lifecycle(deployment, _rule(1, "any", "imageCountMoreThan", 50)):
        yield


@fault(
    name="aura-registry-keeps-two",
    breaks="the registry keeps two images: one more release, and there is nothing to go back to",
    fails=[KEPT],
    message=r"releases kept is 2",
    touches=POLICY,
    hard=True,
)
def keeps_two(deployment: Deployment) -> Iterator[None]:
    rules = _rule(1, "untagged", "sinceImagePushed", 7), _rule(2, "any", "imageCountMoreThan", 2)
    with _lifecycle(deployment, *rules):
        yield
