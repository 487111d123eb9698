"""Those who watch what is said of Seiketsu, and what counsel has to judge."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from reference.attestations import Desk
from reference.statements import HOUR, now, state

LEGAL, LEGAL_NAME = "SEI-4.1.2.1.4", "watch-legal"
PRESS, PRESS_NAME = "SEI-4.1.2.1.3", "watch-public"
SOURCES = [
    {"name": "Reviews in the app stores", "link": "https://reviews.seiketsu.example"},
    {"name": "News and social media", "link": "https://mentions.seiketsu.example"},
]


def watch(desk: Desk, *, finding: str = "none", cases: list[dict[str, Any]] | None = None, **more: Any) -> Path:
    """Sign an entry of the watch over public criticism, two hours ago."""
    contents = {"finding": finding, "source": SOURCES, "case": cases or []}
    said = "I have looked at these sources, and may call the release back."
    return state(desk, PRESS_NAME, PRESS, "Reputation Watch", said, contents, **({"date": now() - 2 * HOUR} | more))


def counsel(desk: Desk, *, finding: str = "none", cases: list[dict[str, Any]] | None = None, **more: Any) -> Path:
    """Sign an entry of counsel's watch over what may break the law, three hours ago."""
    sources = [
        {"name": "Requests and complaints about privacy", "link": "https://help.seiketsu.example"},
        {"name": "Recording and consent, by state", "link": "https://figures.seiketsu.example/consent"},
    ]
    contents = {"finding": finding, "source": sources, "case": cases or []}
    said = "I have looked at these sources, and judged what may have to be notified."
    return state(desk, LEGAL_NAME, LEGAL, "General Counsel", said, contents, **({"date": now() - 3 * HOUR} | more))
