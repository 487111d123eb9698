"""Whether everybody who is on call has declared that they can run the system, each for themselves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from fixtures.attestations.declaration import Declaration

QUESTIONS = ("deploy", "roll back", "restore", "debug")


def declaration_problem(said: Declaration, now: datetime, most_days: float) -> str:
    """Why a declaration is not one, or nothing: an answer that is no, or nothing tried out lately."""
    answers = {question.lower(): answer for question, answer in said.answers.items()}
    if missing := [question for question in QUESTIONS if not answers.get(question)]:
        return f"does not say that they can {', '.join(missing)}"
    days = [(now - r.on) / timedelta(days=1) for r in said.rehearsal if r.on <= now]
    if not days:
        return "has tried nothing out"
    return f"tried something out {min(days):.0f} days ago" if min(days) > most_days else ""


def shared_keys(keys: Mapping[str, str]) -> list[str]:
    """Say who have signed with one key. `keys`: person to the fingerprint of the key."""
    by: dict[str, list[str]] = {}
    for person, key in keys.items():
        by.setdefault(key, []).append(person)
    return [
        f"{' and '.join(sorted(people))} have signed with one key, {key[:15]}"
        for key, people in by.items()
        if key and len(people) > 1
    ]
