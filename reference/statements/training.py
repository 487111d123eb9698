"""Who was trained on a release: operators, support, sellers."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from reference.attestations import Desk
from reference.simulators.pagerduty_roster import Roster
from reference.statements import DAY, folder_of, now, proof, state

OPERATION = ["deploy", "rollback", "restore", "alarms"]
SUPPORT = ["modes", "billing", "privacy requests", "escalation"]
SELLING = ["product", "prices", "demo"]
AGENTS = ("lucia.ferri", "samir.haddad")
SELLERS = ("anna.berg", "carlo.vega", "mei.lin")
SAID = "All of them took part, and did the exercise at the end."


def operators(desk: Desk) -> list[str]:
    """The addresses of everybody in the product's rotation."""
    return [person.email for person in Roster.of([desk.product]).people]


def team(desk: Desk, names: Iterable[str]) -> list[str]:
    return [f"{name}@{desk.product}.example" for name in names]


def sign_operators(desk: Desk, people: list[str] | None = None, **changes: Any) -> Path:
    """Sign that all operators, or `people`, were trained on this release."""
    line, role = {
        "aurastudio": ("AURA-10.2.1.4", "Engineering Manager"), "seiketsu": ("SEI-2.3.1.2.1", "Operations Trainer"),
    }[desk.product]  # fmt: skip
    return sign_training(
        desk, "operators", line, role, operators(desk) if people is None else people, OPERATION, **changes
    )


def sign_agents(desk: Desk, people: list[str] | None = None, **changes: Any) -> Path:
    """Sign that support was trained."""
    known = team(desk, AGENTS) if people is None else people
    return sign_training(desk, "support", "AURA-10.2.2.4", "Support Lead", known, SUPPORT, **changes)


def sign_training(
    desk: Desk,
    name: str,
    line: str,
    role: str,
    people: list[str],
    topics: list[str],
    *,
    on: datetime | None = None,
    score: float = 92,
    price_list: str | None = None,
    **more: Any,
) -> Path:
    """Write and sign a training. `on`: of all trainings; `price_list`: hash of the list that was learnt."""
    folder, day = folder_of(desk, name), on or now() - 10 * DAY
    contents: dict[str, Any] = {}
    if price_list:
        contents["price_list_sha256"] = price_list
    outline = "# Curriculum\n\n" + "".join(f"- {topic}\n" for topic in topics)
    contents["curriculum"] = proof(folder, "curriculum.md", outline, day - timedelta(days=3))
    contents["trained"] = [
        {
            "person": person, "on": day, "topics": topics, "score": score,
            "evidence": proof(folder, f"{person}.md", f"# Exercise of {person}\n\nDone, {score:g} %.\n", day),
        }
        for person in people
    ]  # fmt: skip
    return state(desk, name, line, role, SAID, contents, **more)


def write_roster(desk: Desk, names: Iterable[str] = SELLERS) -> Path:
    """Write who sells, as the directory would export it."""
    path = desk.folder / "rosters" / "sales.txt"
    path.parent.mkdir(exist_ok=True)
    path.write_text("# group sales\n" + "".join(f"{address}\n" for address in team(desk, names)))
    return path


def sign_sellers(desk: Desk, **changes: Any) -> Path:
    """Sign that the sellers were trained, on the price list that is published."""
    known = {"price_list": words_of(desk, "prices")} | changes
    return sign_training(desk, "sellers", "SEI-5.2.1.2.2", "Sales Lead", team(desk, SELLERS), SELLING, **known)


def words_of(desk: Desk, name: str) -> str:
    """The SHA-256 of the words of a published page as readers see them, one blank between two."""
    page = Path(desk.settings.products[desk.product].web_folder) / f"{name}.html"
    main = re.search(r"<main>(.*)</main>", page.read_text(), re.DOTALL)
    assert main is not None
    words = html.unescape(re.sub(r"<[^>]+>", " ", main[1])).split()
    return sha256(" ".join(words).encode()).hexdigest()
