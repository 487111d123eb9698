"""Judges whether refusals of a sign-in tell who has an account. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

_VOLATILE = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}|\d[\d:.TZ+-]{5,}")


@dataclass(frozen=True)
class Refused:
    """How wrong words were answered: `milliseconds` until the last byte, and the body without the address."""

    status: int
    body: str
    milliseconds: float


def said(body: str, email: str) -> str:
    """Return a body without what differs from answer to answer on purpose: the address, ids, times."""
    return _VOLATILE.sub("...", body.replace(email, "..."))


def telling(known: Sequence[Refused], unknown: Sequence[Refused], refusal: int = 401) -> list[str]:
    """Return how the answers to a wrong password and to an unknown address differ, or are no refusals."""
    found = []
    for what, answers in (("a wrong password", known), ("an unknown address", unknown)):
        if strange := sorted({a.status for a in answers if a.status != refusal}):
            found.append(f"{what} is answered {', '.join(map(str, strange))}, want {refusal}")
    if not found and (differing := {a.body for a in known} ^ {a.body for a in unknown}):
        shown = " / ".join(sorted(body[:120] for body in differing))
        found.append(f"the refusal tells whether an address has an account: {shown}")
    return found


def difference(known: Sequence[Refused], unknown: Sequence[Refused]) -> float:
    """Return how far the medians of the times are apart, in ms."""
    return abs(median(a.milliseconds for a in known) - median(a.milliseconds for a in unknown))
