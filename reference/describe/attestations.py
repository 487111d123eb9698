"""attestations: what the people of the reference have signed of this release."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tomlkit

from reference.attestations import CREW, DECIDERS, Desk, digest
from reference.describe.account import data
from reference.sign_offs import reports, sign_all_off, sign_briefing, write_report
from reference.statements import (
    acceptance,
    break_glass,
    campaign,
    launch,
    legal,
    penetration,
    support,
    training,
    watches,
)
from reference.statements.reviews import sign_reviews

if TYPE_CHECKING:
    from reference.settings import Settings

SERIES = {"CC1": 5, "CC2": 3, "CC3": 4, "CC4": 2, "CC5": 3, "CC6": 8, "CC7": 5, "CC8": 1, "CC9": 2}
AUTOMATED = {
    "CC6.1": ["config:iam-user-mfa-enabled", "config:encrypted-volumes", "root"],
    "CC6.7": ["config:rds-storage-encrypted", "config:s3-bucket-public-read-prohibited"],
    "CC7.1": ["config:cloudtrail-enabled", "trail"],
    "CC8.1": ["branch"],
}


def describe(settings: Settings, product: str, terraform: Path) -> dict[str, Any]:
    """Write and sign the product's records; the section of the target. Raises as `Desk` does."""
    desk = Desk(settings, product)
    desk.open()
    sign_statements(desk)
    sign_plan(desk, terraform)
    desk.sign(*estimate(terraform))
    sign_sizes(desk)
    sign_all_off(desk, terraform / "plan.out")
    sign_briefing(desk)
    sign_reviews(desk)
    described = {"folder": str(desk.folder), "controls": str(write_controls(desk)), "reports": str(reports(desk))}
    return described | {"rosters": {"sales": str(training.write_roster(desk))}}


def describe_launch(settings: Settings, product: str) -> dict[str, Any]:
    """Write and sign what AuraStudio's people have said; the section of the target. Raises as `Desk` does."""
    desk = Desk(settings, product)
    desk.open()
    sign_statements(desk)
    write_report(desk, changes={launch.OPEN: "failed"})
    for role in DECIDERS:
        launch.decide(desk, role)
    return {"folder": str(desk.folder), "reports": str(reports(desk))}


def sign_statements(desk: Desk) -> None:
    """What people say beside the release's sign-offs, with its contents."""
    training.sign_operators(desk)
    if desk.product == "aurastudio":
        training.sign_agents(desk)
        for person in CREW[desk.product]:
            launch.declare(desk, person)
    else:
        penetration.sign_test(desk)
        break_glass.sign_drill(desk)
        for role in acceptance.ROLES:
            acceptance.accept(desk, role)
        watches.watch(desk)
        watches.counsel(desk)
        training.sign_sellers(desk)
        legal.sign_register(desk)
        campaign.sign_campaign(desk)
        support.sign_coverage(desk)
        support.sign_wave(desk)
        support.sign_certified(desk)


def sign_plan(desk: Desk, terraform: Path) -> None:
    evidence = [terraform / "plan.out", terraform / "plan.json"]
    said = "I reviewed this plan: it changes what the release needs and nothing else."
    desk.sign("plan", "SEI-2.1.1.1.1", "Infrastructure Lead", said, evidence)


def sign_sizes(desk: Desk) -> None:
    """What is larger than its load on purpose; the memory of the API's tasks is not among it."""
    prefix = data(desk.product)["prefix"]
    said = "Half of each pair carries the whole load when the other fails; the database is of the class agreed on."
    accepted = ["ECS service api CPU", "ECS service worker", "ECS service web"]
    accepted += [f"database {prefix}", f"database {prefix}-replica"]
    accepted += [f"cache node {prefix}-00{number}" for number in (1, 2, 3)]
    desk.sign("sizes", "SEI-5.1.2.1.3", "Infrastructure Lead", said, [], accepts=accepted)


def estimate(terraform: Path) -> tuple[str, str, str, str, list[Path]]:
    """What `Desk.sign` takes to approve the estimate as it lies there."""
    said = "I approve what this plan will cost a month."
    return "estimate", "SEI-1.1.1.1.3", "Finance Lead", said, [terraform / "infracost.json", terraform / "plan.json"]


def write_controls(desk: Desk) -> Path:
    """Write the matrix of controls with its evidence, and have it signed; the matrix."""
    folder = desk.folder / "controls"
    (folder / "evidence").mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC).replace(microsecond=0)
    letter = folder / "readiness-letter.md"
    letter.write_text("# Readiness for SOC 2, type 1\n\nThe controls in the matrix are in place as of this letter.\n")
    entries = tomlkit.aot()
    for series, count in SERIES.items():
        for number in range(1, count + 1):
            entries.append(tomlkit.item(_control(folder, f"{series}.{number}", now - timedelta(days=30))))
    document = tomlkit.document()
    document["report"] = {"file": letter.name, "sha256": digest(letter), "date": now - timedelta(days=100)}
    document["control"] = entries
    path = folder / "matrix.toml"
    path.write_text(tomlkit.dumps(document))
    desk.sign(*controls(path))
    return path


def controls(matrix: Path) -> tuple[str, str, str, str, list[Path]]:
    """What `Desk.sign` takes to stand for the matrix as it lies there."""
    said = "These controls are in force, and I have seen the evidence."
    return "controls", "SEI-1.1.2.2.3", "Security Lead", said, [matrix]


def _control(folder: Path, criterion: str, seen: datetime) -> dict[str, Any]:
    control: dict[str, Any] = {"criterion": criterion, "owner": "Security Lead"}
    if criterion in AUTOMATED:
        return control | {"kind": "automated", "by": AUTOMATED[criterion]}
    evidence = folder / "evidence" / f"{criterion}.md"
    evidence.write_text(f"# {criterion}\n\nMinutes of the quarterly review: the control was looked at and holds.\n")
    proof = {"file": f"evidence/{evidence.name}", "sha256": digest(evidence), "date": seen}
    return control | {"kind": "manual", "evidence": proof}
