"""Whether all legal duties are met, and callers hear what they must."""

from __future__ import annotations

import re
from collections.abc import Iterable

from fixtures.attestations.duties import Duty

SUBJECTS = {
    "the GDPR": r"\bGDPR\b|general data protection",
    "the CCPA": r"\bCCPA\b|california consumer",
    "recording of calls": r"\bTCPA\b|record",
    "fair housing": r"fair housing",
    "the terms": r"\bterms\b",
}
PAGES = ("privacy", "terms")
"""Pages whose words counsel approves."""
_MACHINE = re.compile(r"\b(AI|artificial|automated|virtual|robot|machine)\b", re.IGNORECASE)
_RECORDED = re.compile(r"\brecord", re.IGNORECASE)


def unmet(duties: Iterable[Duty], processors: Iterable[str], lost: Iterable[str]) -> dict[str, str]:
    """Return what is not closed to why, over everything that has to be in the register.

    Args:
        processors: third parties with each of whom there has to be a contract.
        lost: subjects whose document is not what was put on record.
    """
    known, gone = list(duties), set(lost)
    wanted = SUBJECTS | {f"the contract with {p}": rf"\b{re.escape(p)}\b" for p in processors}
    found = {
        subject: "is not in the register"
        for subject, pattern in wanted.items()
        if not any(re.search(pattern, duty.subject, re.IGNORECASE) for duty in known)
    }
    found |= {duty.subject: "is open" for duty in known if duty.state != "closed"}
    return found | {duty.subject: "has a document that changed" for duty in known if duty.subject in gone}


def entries(duties: Iterable[Duty], missing: Iterable[str]) -> list[str]:
    """Everything that is, or should be, in the register."""
    return list(dict.fromkeys([*(duty.subject for duty in duties), *missing]))


def unannounced(greeting: str) -> str:
    """What callers do not hear in a greeting, or nothing."""
    lacking = [
        what
        for what, pattern in (("that they speak with a machine", _MACHINE), ("that the call is recorded", _RECORDED))
        if not pattern.search(greeting)
    ]
    return f"does not say {' and '.join(lacking)}" if lacking else ""
