"""attestations: what the people of the reference have signed of this release."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from reference.attestations import Desk

if TYPE_CHECKING:
    from reference.settings import Settings


def describe(settings: Settings, product: str, terraform: Path) -> dict[str, Any]:
    """Write and sign the product's records; the section of the target. Raises as `Desk` does."""
    desk = Desk(settings, product)
    desk.open()
    sign_plan(desk, terraform)
    desk.sign(*estimate(terraform))
    return {"folder": str(desk.folder)}


def sign_plan(desk: Desk, terraform: Path) -> None:
    evidence = [terraform / "plan.out", terraform / "plan.json"]
    said = "I reviewed this plan: it changes what the release needs and nothing else."
    desk.sign("plan", "SEI-2.1.1.1.1", "Infrastructure Lead", said, evidence)


def estimate(terraform: Path) -> tuple[str, str, str, str, list[Path]]:
    """What `Desk.sign` takes to approve the estimate as it lies there."""
    said = "I approve what this plan will cost a month."
    return "estimate", "SEI-1.1.1.1.3", "Finance Lead", said, [terraform / "infracost.json", terraform / "plan.json"]
