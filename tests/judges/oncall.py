"""Judges who answers a page. Pure; all spans in UTC."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from fixtures.oncall.roster import Person, Policy, Shift

Span = tuple[datetime, datetime]
MOMENT = timedelta(minutes=1)
"""What is shorter comes of rounding times."""


def uncovered(shifts: Sequence[Shift], level: int, since: datetime, until: datetime) -> list[Span]:
    """The spans in which nobody is on call at a level."""
    gaps, covered = list[Span](), since
    for shift in sorted((s for s in shifts if s.level == level), key=lambda s: s.start):
        if shift.start - covered >= MOMENT:
            gaps.append((covered, min(shift.start, until)))
        covered = max(covered, shift.end)
        if covered >= until:
            return gaps
    return [*gaps, (covered, until)] if until - covered >= MOMENT else gaps


def alone(shifts: Sequence[Shift], since: datetime, until: datetime) -> list[tuple[Span, str]]:
    """Spans in which the second level is the same person as the first, with their name."""
    found = []
    for first in (s for s in shifts if s.level == 1):
        for second in (s for s in shifts if s.level == 2 and s.person == first.person):
            start, end = max(first.start, second.start, since), min(first.end, second.end, until)
            if end - start >= MOMENT:
                found.append(((start, end), first.name))
    return found


def everywhere(shifts: Mapping[str, Sequence[Shift]], since: datetime, until: datetime) -> list[tuple[str, list[str]]]:
    """People who are first on call for more than half of the components at one time, with these components.

    Args:
        shifts: component to its shifts.
    """
    if len(shifts) < 2:
        return []
    moments = sorted({since, *(max(s.start, since) for each in shifts.values() for s in each if s.start < until)})
    found: dict[str, list[str]] = {}
    for moment in moments:
        held: dict[str, list[str]] = defaultdict(list)
        for component, each in shifts.items():
            for shift in each:
                if shift.level == 1 and shift.start <= moment < shift.end:
                    held[shift.name].append(component)
        found |= {name: sorted(set(of)) for name, of in held.items() if len(set(of)) > len(shifts) / 2}
    return sorted(found.items())


def minutes(spans: Sequence[Span]) -> float:
    """How long they are together."""
    return sum(((end - start) for start, end in spans), timedelta()) / timedelta(minutes=1)


def told(spans: Sequence[Span]) -> str:
    """The spans in words, the first three."""
    shown = [f"{start:%a %d %b %H:%M} to {end:%a %d %b %H:%M}Z" for start, end in spans[:3]]
    return ", ".join(shown) + (f" and {len(spans) - 3} more" if len(spans) > 3 else "")


def unreachable(names: Sequence[str], people: Mapping[str, Person]) -> list[str]:
    """Sentences on those who are asked and do not hear it."""
    gone = [f"{name} is on call and no user of the provider any more" for name in names if name not in people]
    silent = [
        f"{name} can't be paged: {people[name].silent}" for name in names if name in people and people[name].silent
    ]
    return list(dict.fromkeys(gone + silent))


def escalation_problems(policy: Policy, shifts: Sequence[Shift]) -> list[str]:
    """What keeps a page from climbing to somebody else each time, and to a person in the end."""
    problems = [f"{policy}: {level} asks nobody" for level in policy.levels if not level.targets]
    for lower, upper in zip(policy.levels, policy.levels[1:], strict=False):
        if lower.targets and set(lower.targets) == set(upper.targets):
            problems.append(f"{policy}: level {upper.number} asks the same as level {lower.number}: {upper}")
            continue
        asked = {n: {s.name for s in shifts if s.level == n} for n in (lower.number, upper.number)}
        if asked[lower.number] and asked[lower.number] == asked[upper.number]:
            names = ", ".join(sorted(asked[lower.number]))
            problems.append(f"{policy}: levels {lower.number} and {upper.number} both reach {names} now")
    if policy.levels and not policy.levels[-1].people:
        problems.append(f"{policy}: its last level, {policy.levels[-1]}, is no named person")
    return problems


def differences(policy: Policy, written: Sequence[tuple[str, float]]) -> list[str]:
    """Where the document and the provider disagree.

    Args:
        written: who is asked and after how many minutes the next one is, by level, as the document has it.
    """
    if len(written) != len(policy.levels):
        return [f"{policy} has {len(policy.levels)} levels, the document {len(written)}"]
    problems = []
    for level, (who, after) in zip(policy.levels, written, strict=True):
        names = [name for _, name in level.targets]
        if not any(name.casefold() in who.casefold() for name in names):
            problems.append(f"{policy}: {level} is '{who}' in the document")
        if after != level.minutes:
            problems.append(f"{policy}: {level} waits {level.minutes:g} min, the document says {after:g} min")
    return problems
