"""Who decides on a condition that no machine may clear, and whether somebody has."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from fixtures.attestations import Attestations
from fixtures.oncall import Desk, Roster
from golive.catalogue import Line
from golive.observation import observed
from golive.rollback import Bucket, Rule, State
from golive.target import ProductTarget


def decisions(target: ProductTarget) -> Attestations | None:
    """The signed records of the product, None where the target has no folder of them."""
    settings = target.attestations
    return Attestations.kept(settings, target.release) if settings else None


def unless_decided(
    met: str | None, rule: Rule, grid: Sequence[Bucket], records: Attestations | None, line: Line
) -> str | None:
    """Return why the condition is met, or nothing where somebody entitled has decided since its last breach."""
    if met is None or records is None:
        return met
    last = max((b.at + rule.every for b in grid if rule.state(b) is State.BREACH), default=None)
    decided = [r for r in records.holding(line.id) if last is not None and r.said.date >= last]
    if decided:
        said = decided[0].said
        observed(f"rule {rule.name}", "decided by", f"{said.person}, {said.role}", source="record")
        return None
    return f"{met}, until somebody entitled has signed a decision on {line.id}"


def vacancies(records: Attestations, oncall: Desk, line: Line) -> list[str]:
    """Say why nobody who may decide on the line would hear of it: the role is vacant, or no page reaches who has it."""
    now = [r for r in records.records.roles if r.until is None]
    holders = {r.person.lower(): r.name for r in now if any(fnmatchcase(line.id, p) for p in r.lines)}
    observed(records, f"who decides on {line.id}", holders, source="roles.toml")
    if not holders:
        return [
            f"nobody may decide on {line.id}: the case would be given to a vacant role. Name its holder in roles.toml"
        ]
    users = {str(user.get("email", "")).lower(): str(user.get("name")) for user in oncall.list("users")}
    names = [users[person] for person in holders if person in users]
    reached = [p for p in Roster(oncall).people(names).values() if not p.silent]
    if reached:
        return []
    who = ", ".join(f"{person} ({role})" for person, role in holders.items())
    return [f"{who} may decide on {line.id}, and no page of {oncall} reaches them"]
