"""Judges what a rollback did to committed data. Pure."""

from __future__ import annotations

from fixtures.drills.rollback import RollbackFacts
from golive.catalogue import Line
from golive.verdict import Unobservable


def rollback_problems(line: Line, facts: RollbackFacts, source: str) -> list[str | None]:
    """What was lost or changed.

    Raises:
        Unobservable: there was no rollback, or nothing was written meanwhile: then nothing is shown.
    """
    if facts.ended != facts.wanted:
        raise Unobservable(
            f"{facts.service} was not rolled back in {source}: it ended with {_short(facts.ended)}, not "
            f"{_short(facts.wanted)}",
            "Look at the service's events",
        )
    if not facts.meanwhile:
        raise Unobservable(f"no write was acknowledged while {facts.service} was rolled back ({source})")
    if not any(table.before for table in facts.tables.values()):
        raise Unobservable(f"no row was compared in {source}: the tables were empty before the rollback")
    of = f"rollback of {facts.service} to {_short(facts.wanted)}"
    found: list[str | None] = []
    if facts.versions[0] == facts.versions[1]:
        found.append(f"{of}: version {facts.versions[0]} answers before and after it")
    lost, changed = facts.lost_count, facts.changed_count
    for name, table in sorted(facts.tables.items()):
        if not table.missing:
            continue
        gone = min(table.missing, max(0, table.before - table.after))
        lost, changed = lost + gone, changed + table.missing - gone
        found.append(
            f"table {name}: {table.missing} of {table.before} rows from before the rollback are gone or changed (it "
            f"has {table.after} now)"
        )
    found += [f"acknowledged and gone: {said}" for said in facts.lost]
    found += [f"acknowledged and changed: {said}" for said in facts.changed]
    hint = f"Of {facts.acknowledged} acknowledged writes and {len(facts.tables)} tables; seen in {source}"
    found.append(line.limit("lost").problem(lost, of=of, hint=hint))
    found.append(line.limit("changed").problem(changed, of=of, hint=hint))
    return found


def _short(definition: str) -> str:
    return definition.rpartition("/")[2]
