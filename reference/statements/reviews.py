"""Seiketsu's monthly reviews: of this month, and of the month before on the release before."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from reference.attestations import Desk, digest
from reference.sign_offs import reports
from reference.statements import DAY, HOUR, now, state

LINE, NEWEST, BEFORE = "SEI-5.2.2.1.4", "review", "review-before"
MEMORY, INDEX = "Raise the memory of the voice tasks", "Add an index for the follow-up list"
OWNER = "elif.aydin@seiketsu.example"


def sign_reviews(desk: Desk) -> None:
    last = now() - 35 * DAY
    actions = [_action(MEMORY, last + 20 * DAY), _action(INDEX, last + 60 * DAY)]
    old = sha256(b"the report of last month").hexdigest()
    _sign(desk, BEFORE, old, actions, date=last, release="1.3.9", commit="0ddba11c0ffee")
    sign_review(desk)


def sign_review(
    desk: Desk, *, report: str | None = None, put_off: bool = False, open_: bool = False, **more: Any
) -> Path:
    """Sign the newest review. `report`: hash of the figures; `put_off`, `open_`: what became of the first action."""
    due = now() - 15 * DAY
    memory = _action(MEMORY, due + 30 * DAY if put_off else due, None if put_off or open_ else due)
    actions = [memory, _action(INDEX, now() + 25 * DAY)]
    figures = report or digest(reports(desk) / "verification.json")
    return _sign(desk, NEWEST, figures, actions, **({"date": now() - 4 * HOUR} | more))


def _sign(desk: Desk, name: str, report: str, actions: list[dict[str, Any]], **more: Any) -> Path:
    contents = {
        "kind": "review",
        "attendees": ["noor@seiketsu.example", OWNER],
        "report_sha256": report,
        "decisions": ["The voice API gets larger tasks before the next campaign."],
        "action": actions,
    }
    return state(desk, name, LINE, "Review Chair", "We looked at the figures, and decided this.", contents, **more)


def _action(title: str, due: datetime, closed: datetime | None = None) -> dict[str, Any]:
    return {"title": title, "owner": OWNER, "due": due} | ({"closed": closed} if closed else {})
