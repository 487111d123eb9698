"""Controls that are not mapped, not shown, or shown by what is of the past."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tomlkit

from reference.attestations import Desk, kept
from reference.describe.attestations import controls
from reference.faults import fault
from reference.faults.audit_trail import recorder_stopped

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, LINE, RECORDED = "seiketsu", "SEI-1.1.2.2.3", "SEI-2.1.1.4.4"


def _matrix(deployment: Deployment) -> Path:
    return Desk(deployment.settings, PRODUCT).folder / "controls" / "matrix.toml"


@contextmanager
def _signed(deployment: Deployment, change: Callable[[Any], None]) -> Iterator[None]:
    """Inside the block the matrix is another one, and was signed as it is."""
    path = _matrix(deployment)
    with kept(path):
        document = tomlkit.parse(path.read_text())
        change(document)
        path.write_text(tomlkit.dumps(document))
        with Desk(deployment.settings, PRODUCT).signing(*controls(path)):
            yield


@fault(
    name="sei-controls-criterion-unmapped",
    breaks="the matrix has no control for CC6.1 any more",
    fails=[LINE],
    message=r"CC6\.1: no control answers it",
    touches="attestations:controls",
)
def criterion_unmapped(deployment: Deployment) -> Iterator[None]:
    def without(document: Any) -> None:
        rows = document["control"]
        del rows[next(n for n, row in enumerate(rows) if row["criterion"] == "CC6.1")]

    with _signed(deployment, without):
        yield


@fault(
    name="sei-controls-evidence-changed",
    breaks="the matrix is whole, a file of its evidence was changed since",
    fails=[LINE],
    message=r"CC3\.2: evidence/CC3\.2\.md has another hash than was recorded",
    touches="attestations:controls:evidence",
    hard=True,
)
def evidence_changed(deployment: Deployment) -> Iterator[None]:
    path = _matrix(deployment).parent / "evidence" / "CC3.2.md"
    with kept(path):
        path.write_text(path.read_text() + "\nAdded later.\n")
        yield


@fault(
    name="sei-controls-evidence-old",
    breaks="the evidence of one manual control is four months old",
    fails=[LINE],
    message=r"evidence/CC1\.4\.md: evidence age is 1[12]\d\.?\d* days, want <= 90 days",
    touches="attestations:controls",
    hard=True,
)
def evidence_old(deployment: Deployment) -> Iterator[None]:
    def older(document: Any) -> None:
        row = next(row for row in document["control"] if row["criterion"] == "CC1.4")
        row["evidence"]["date"] = row["evidence"]["date"] - timedelta(days=90)

    with _signed(deployment, older):
        yield


@fault(
    name="sei-controls-recorder-stopped",
    breaks="every rule says compliant, by a recorder that was stopped",
    fails=[LINE, RECORDED],
    message=r"configuration recorder default does not record",
    touches="aws:seiketsu:config:recorder",
    hard=True,
)
def stopped_behind_the_matrix(deployment: Deployment) -> Iterator[None]:
    yield from recorder_stopped(deployment)
