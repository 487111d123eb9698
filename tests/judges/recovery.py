"""Judges written recovery procedures. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from fixtures.documents.recovery import DURATION, Procedure, names_in

REBUILDS = re.compile(r"embed|re-?index|rebuild|backfill|upsert", re.IGNORECASE)
"""A command that makes vectors anew."""


def procedure_problems(store: str, found: Procedure | None, place: str) -> list[str]:
    """What one store's procedure lacks."""
    if found is None:
        return [f"recovery of {store}: there is no {place}"]
    lacking = []
    if not found.prerequisites:
        lacking.append("prerequisites")
    if not found.steps:
        lacking.append("numbered steps")
    elif not found.commands:
        lacking.append("commands in its steps")
    if not found.validation:
        lacking.append("validation")
    if not DURATION.search(found.duration):
        lacking.append("expected duration")
    problems = [f"recovery of {store} ({place}) has no " + ", no ".join(lacking)] if lacking else []
    if store == "vectors" and not any(REBUILDS.search(command) for command in found.commands):
        problems.append(f"recovery of {store} ({place}) has no command that rebuilds: embeddings can't be made anew")
    return problems


def unknown_names(procedures: Sequence[Procedure], live: Mapping[str, Collection[str]]) -> list[str]:
    """Sentences on names in commands that the deployment does not have."""
    return list(dict.fromkeys(p for each in procedures for p in unknown_in(each.place, each.commands, live)))


def unknown_in(place: str, commands: Sequence[str], live: Mapping[str, Collection[str]]) -> list[str]:
    """Sentences on names in a document's commands that the deployment does not have, each once."""
    return list(
        dict.fromkeys(
            f"{named.kind} {named.name} of {place} is not there (in: {named.command[:80]})"
            for command in commands
            for named in names_in(command)
            if named.name not in live.get(named.kind, ())
        )
    )
