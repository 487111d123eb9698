"""Counsel's register of Seiketsu's legal duties."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from reference.attestations import Desk
from reference.statements import DAY, folder_of, now, proof, state
from reference.statements.training import words_of

LINE, NAME = "SEI-5.2.1.2.4", "legal"
DUTIES = (
    "GDPR: records of processing",
    "CCPA: notice at collection",
    "TCPA: consent to be called and recorded",
    "Fair housing: words of the agents",
    "Terms of service",
    "Contract on processing: OpenAI",
    "Contract on processing: ElevenLabs",
    "Contract on processing: AWS",
)


def sign_register(desk: Desk, duties: Iterable[str] = DUTIES) -> Path:
    """Have counsel sign the register, with the pages as they are published."""
    folder, day = folder_of(desk, NAME), now() - 40 * DAY
    rows = [
        {"subject": duty, "state": "closed", "document": proof(folder, f"{n}.md", f"# {duty}\n\nAs agreed.\n", day)}
        for n, duty in enumerate(duties, 1)
    ]
    published = [{"page": page, "sha256": words_of(desk, page)} for page in ("privacy", "terms")]
    said = "I have read these documents, and approve them and the published texts."
    return state(desk, NAME, LINE, "General Counsel", said, {"duty": rows, "published": published})
