"""The decision to launch AuraStudio, by two people, and what each engineer says of being able to run it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from reference.attestations import CREW, DECIDERS, Desk, digest
from reference.aws.images import image
from reference.sign_offs import reports
from reference.simulators.github_history import COMPONENTS
from reference.statements import DAY, HOUR, folder_of, now, proof, state

DECISION, DECLARATION = "AURA-10.3.1.6", "AURA-13.3.2"
ANSWERS = ("deploy", "roll back", "restore", "debug")
OPEN = "AURA-10.1.1.2"
"""What the release goes live without: it failed, and both who decide take it on."""


def decide(desk: Desk, role: str, *, by: str | None = None, accepts: list[str] | None = None, **changes: Any) -> Path:
    """Sign the release off in one of the two roles. `by`: whose key."""
    release = desk.settings.products[desk.product].release
    report = reports(desk) / "verification.json"
    digests = [image(desk.product, c, release.version, release.commit).digest for c in COMPONENTS]
    said = {"decision": "approve", "report_sha256": digest(report), "images": digests}
    record: dict[str, Any] = {
        "kind": "sign-off", "line": DECISION, "role": role, "date": now() - 6 * HOUR, "sign_off": said,
        "statement": "We go live with this release, and know what is open.",
        "accepts": [OPEN] if accepts is None else accepts,
    }  # fmt: skip
    return desk.write(decision(role), record | changes, by or DECIDERS[role], [])


def decision(role: str) -> str:
    """The name of a role's record."""
    return f"launch-{role.lower().replace(' ', '-')}"


def declare(desk: Desk, person: str, *, key: str | None = None, on: datetime | None = None, **changes: Any) -> Path:
    """Have somebody of the rotation say that they can run the system. `key`: whose key signs."""
    name = declaration(person)
    folder, day = folder_of(desk, name), on or now() - 6 * DAY
    rehearsal = {"what": "Roll-back of 2.0.0 on staging", "on": day}
    rehearsal["evidence"] = proof(folder, "rehearsal.md", f"# Rehearsal\n\nDone by {person}, 14 minutes.\n", day)
    contents = {"answers": dict.fromkeys(ANSWERS, True), "rehearsal": [rehearsal]}
    role = CREW[desk.product][person]
    path = state(desk, name, DECLARATION, role, "I can run this system.", contents, person=person, **changes)
    desk.put_signature(path, key or person)
    return path


def declaration(person: str) -> str:
    """The name of somebody's record."""
    return f"ready-{person.partition('@')[0]}"
