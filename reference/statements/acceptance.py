"""The business accepts Seiketsu's scenarios: one of the house, one of a client."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from reference.attestations import Desk
from reference.statements import DAY, folder_of, now, proof, state

LINE = "SEI-2.1.2.4.2"
ROLES = {"Acceptance Lead": "acceptance-house", "Client Representative": "acceptance-client"}
"""Role to the name of its record."""


def scenarios(desk: Desk) -> list[str]:
    folder = Path(__file__).parents[1] / "source" / desk.product / "acceptance"
    return [
        name for path in sorted(folder.glob("*.feature")) for name in re.findall(r"Scenario: (.*)", path.read_text())
    ]


def accept(desk: Desk, role: str, *, names: list[str] | None = None, **more: Any) -> Path:
    """Have a role accept all scenarios, or those of `names`."""
    folder, day = folder_of(desk, ROLES[role]), now() - DAY
    rows = []
    for number, name in enumerate(scenarios(desk) if names is None else names):
        text = f"# {name}\n\nWalked through on staging, as written.\n"
        evidence = proof(folder, f"scenario-{number}.md", text, day)
        rows.append({"scenario": name, "on": day, "result": "accepted", "evidence": evidence})
    said = "I have walked through these scenarios, and accept them."
    return state(desk, ROLES[role], LINE, role, said, {"blockers": [], "accepted": rows}, **more)
