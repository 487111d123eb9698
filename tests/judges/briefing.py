"""Whether decision makers were told how a release really stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from golive.attestation import Role
from golive.verdict import Verdict


def wrong_figures(told: Mapping[Verdict, int], verdicts: Mapping[str, Verdict]) -> list[str]:
    """Say which of the figures are not those of the report; a verdict that was not told counts as 0."""
    seen = Counter(verdicts.values())
    return [
        f"says {told.get(verdict, 0)} {verdict}, the report has {seen[verdict]}"
        for verdict in Verdict
        if told.get(verdict, 0) != seen[verdict]
    ]


def untold_risks(accepts: Collection[str], verdicts: Mapping[str, Verdict]) -> list[str]:
    """Say which lines did not pass and are not among the risks that were told of."""
    open_ = [i for i, verdict in verdicts.items() if verdict in (Verdict.FAILED, Verdict.WAIVED)]
    return [f"does not tell that {i} is {verdicts[i]}" for i in open_ if i not in accepts]


def absent(
    wanted: Iterable[str], attendees: Iterable[tuple[str, str, bool]], roles: Iterable[Role], at: datetime
) -> list[str]:
    """Return the roles that nobody was there for.

    Args:
        attendees: role, person, and whether the person was sent by who holds the role.
        at: when the briefing was.
    """
    held = {(r.name, r.person) for r in roles if r.since <= at and (r.until is None or at < r.until)}
    there = {role for role, person, delegate in attendees if delegate or (role, person) in held}
    return [role for role in wanted if role not in there]
