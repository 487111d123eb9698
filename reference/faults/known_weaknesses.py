"""Weaknesses of what Seiketsu runs: pinned, never scanned, not scannable, or told to be left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from reference.amending import amended
from reference.aws.images import image
from reference.faults import fault
from reference.faults.source import file_with, folder_of

if TYPE_CHECKING:
    from reference.deployment import Deployment

LINE, PRODUCT = "SEI-1.3.1.4.2", "seiketsu"
SCANNED = "aws:seiketsu:image:api:scan"


@fault(
    name="sei-package-with-a-critical-advisory",
    breaks="a Python package is pinned to a version with a critical vulnerability",
    fails=[LINE],
    message=r"the packages: fixable high findings is 1.*pyyaml 5\.3\.1 in api/requirements\.lock: \S+ \(critical",
    touches="source:seiketsu:lock:python",
)
def package_with_a_critical_advisory(deployment: Deployment) -> Iterator[None]:
    lock = folder_of(deployment, PRODUCT) / "api" / "requirements.lock"
    before = lock.read_text()
    lock.write_text(re.sub(r"(?m)^pyyaml==.*$", "pyyaml==5.3.1", before))
    try:
        yield
    finally:
        lock.write_text(before)


@contextmanager
def _scan(deployment: Deployment, values: dict[str, Any]) -> Iterator[None]:
    """Inside the block the scan of the API's running image says this."""
    release = deployment.settings.products[PRODUCT].release
    digest = image(PRODUCT, "api", release.version, release.commit).digest
    where = {"imageId.imageDigest": digest}
    with amended(deployment, PRODUCT, "ecr", "", values, where, "DescribeImageScanFindings"):
        yield


@fault(
    name="sei-image-of-an-unknown-system",
    breaks="the scanner does not know the system of the running image: no findings, since it was not scanned",
    fails=[LINE],
    message=r"seiketsu-api@sha256:\w+ of .*: its scan ended as UNSUPPORTED_IMAGE",
    touches=SCANNED,
    hard=True,
)
def image_of_an_unknown_system(deployment: Deployment) -> Iterator[None]:
    values = {"imageScanStatus.status": "UNSUPPORTED_IMAGE", "imageScanFindings": {"findingSeverityCounts": {}}}
    with _scan(deployment, values):
        yield


@fault(
    name="sei-scanners-told-to-ignore-all",
    breaks="a file in the repository tells the scanners to leave everything out",
    fails=[LINE],
    message=r"undated exceptions is 1.*\.trivyignore line 2: `CVE-\*`",
    touches="source:seiketsu:trivyignore",
    hard=True,
)
def scanners_told_to_ignore_all(deployment: Deployment) -> Iterator[None]:
    with file_with(folder_of(deployment, PRODUCT) / ".trivyignore", "# too many of them\nCVE-*\n"):
        yield
