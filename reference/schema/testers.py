"""Users from outside who try what is new in AuraStudio, and what they said of it since the launch.

Nobody signs in as one of them. Days are counted back from the midnight before the seeding; what was said was at noon.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from reference.schema.canaries import stable_id

NAMES = (
    "Maya Lindqvist", "Noor Haddad", "Oskar Berg", "Paula Reyes", "Quentin Roy", "Rosa Weber", "Sami Virtanen",
    "Tova Stern", "Umar Aziz", "Vera Kovac", "Wanda Kral",
)  # fmt: skip
AWAY = (4, 8)
"""Two of them have not been there for three weeks."""
REVIEWERS = ("Priya Raman", "Iris Lund")


@dataclass(frozen=True)
class Opinion:
    """Said so many days ago by the user of this number."""

    days: int
    by: int
    rating: int
    message: str
    status: str
    decision: str
    asks: bool = False


OPINIONS = (
    Opinion(1, 0, 5, "The night studio is lovely", "new", ""),
    Opinion(3, 1, 4, "Let me name my takes", "planned", "Names of takes come with the next release"),
    Opinion(5, 2, 2, "I want the old colours back", "declined", "The new ones can be read by more people"),
    Opinion(8, 3, 3, "The duet stops when my phone rings", "planned", "Goes on after the call", asks=True),
    Opinion(9, 5, 5, "It remembered my sister's birthday", "done", "Told the team of memory"),
    Opinion(12, 6, 2, "The microphone asked me twice", "done", "Asks once since this release", asks=True),
    Opinion(15, 7, 4, "More voices in Finnish, please", "planned", "Two come in January"),
    Opinion(18, 9, 3, "I did not find the export", "done", "It stands in the menu now"),
)


def user_id(number: int) -> UUID:
    return stable_id("aurastudio", "tester", str(number))


def email(number: int) -> str:
    return f"{NAMES[number].lower().replace(' ', '.')}@post.example"


def opinion_id(opinion: Opinion) -> UUID:
    return stable_id("aurastudio", "opinion", str(opinion.days))


def said_at(opinion: Opinion, now: datetime) -> datetime:
    return now.replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=opinion.days)


def seen_at(number: int, now: datetime) -> datetime:
    return now - timedelta(days=20 if number in AWAY else 1 + number % 6, hours=3)
