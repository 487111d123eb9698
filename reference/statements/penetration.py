"""The penetration test of Seiketsu, by a company of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from reference.attestations import Desk
from reference.aws.inventory import domain_of
from reference.statements import DAY, folder_of, now, proof, state

LINE, NAME = "SEI-1.3.1.4.1", "penetration-test"
SUBJECTS = ("tenancy", "voice")


def hosts(desk: Desk) -> list[str]:
    """All public hosts."""
    product, domain = desk.settings.products[desk.product], domain_of(desk.product)
    urls = [product.api_url, product.web_url]
    return [
        *(url.partition("//")[2] for url in urls),
        f"api.{domain}",
        f"app.{domain}",
        f"status.{domain}",
        domain,
        "127.0.0.1",
    ]


def sign_test(
    desk: Desk, *, state_of_high: str = "fixed", scope: list[str] | None = None, subjects: tuple[str, ...] = SUBJECTS
) -> Path:
    """Write and sign the test."""
    folder, ended = folder_of(desk, NAME), now() - 60 * DAY
    high: dict[str, Any] = {"id": "NW-1", "severity": "high", "state": state_of_high}
    high["retest"] = proof(folder, "retest.md", "# Retest\n\nThe finding NW-1 is mended.\n", ended + 20 * DAY)
    report = "# Penetration test\n\nTwo findings: NW-1 (high), NW-2 (low).\n"
    contents = {
        "company": "Northwind Security",
        "testers": ["r.stone@northwind.example"],
        "began": ended - 11 * DAY,
        "ended": ended,
        "scope": hosts(desk) if scope is None else scope,
        "subjects": list(subjects),
        "report": proof(folder, "report.md", report, ended + 5 * DAY),
        "finding": [high, {"id": "NW-2", "severity": "low", "state": "open"}],
    }
    said = "I have read the report, and seen that what was found is mended."
    return state(desk, NAME, LINE, "Security Lead", said, contents)
