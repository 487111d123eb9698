"""What is published with Seiketsu's launch, as marketing approved it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from reference.attestations import Desk, digest
from reference.statements import DAY, now, state
from reference.statements.training import words_of

LINE, NAME = "SEI-5.2.1.2.1", "campaign"
PAGES = {"Launch page": "launch", "Price list": "prices"}
FILES = {"Note to the press": "docs/launch/press.md"}


def sign_campaign(desk: Desk, approver: str = "lin@seiketsu.test", unapproved: Sequence[str] = ()) -> Path:
    """Sign the inventory with the hashes of what is published now; `unapproved` ones have nobody's approval."""
    source = desk.settings.part_folder("source") / desk.product
    common: dict[str, Any] = {"live": now() - 6 * DAY}
    assets = [{"name": name, "page": page, "sha256": words_of(desk, page)} | common for name, page in PAGES.items()] + [
        {"name": name, "file": file, "sha256": digest(source / file)} | common for name, file in FILES.items()
    ]
    rows = [a if a["name"] in unapproved else a | {"approver": approver, "approved": now() - 7 * DAY} for a in assets]
    said = "I have read each of these, and approve it as it is published."
    return state(desk, NAME, LINE, "Marketing Lead", said, {"asset": rows})
