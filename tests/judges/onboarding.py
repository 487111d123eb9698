"""Judges how many of those who began got through, each organisation once however often it tried. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from fixtures.tenancy.onboarding import Step


@dataclass
class Journey:
    """One organisation: when it began first, and when it took each step first after that."""

    begun: datetime
    reached: dict[str, datetime] = field(default_factory=dict)

    def within(self, step: str, time: timedelta) -> bool:
        """Whether it took a step so soon after it began."""
        return step in self.reached and self.reached[step] - self.begun <= time


def journeys(taken: Sequence[Step], steps: Sequence[str]) -> dict[str, Journey]:
    """Return organisation to its journey.

    Internal ones are left out, and those whose beginning is not among the steps: nobody knows when they began. A
    further beginning of the same organisation is no other journey.
    """
    internal = {s.organization for s in taken if s.internal}
    found: dict[str, Journey] = {}
    for s in sorted(taken, key=lambda s: s.at):
        if s.organization in internal:
            continue
        if s.step == steps[0]:
            found.setdefault(s.organization, Journey(s.at))
        if s.organization in found:
            found[s.organization].reached.setdefault(s.step, s.at)
    return found


def begun_between(known: Mapping[str, Journey], first: datetime, last: datetime) -> list[Journey]:
    """Return those that began in a time."""
    return [j for j in known.values() if first <= j.begun <= last]


def funnel(cohort: Sequence[Journey], steps: Sequence[str], time: timedelta) -> dict[str, int]:
    """Return step to how many took it, of those who began, within a time of their beginning."""
    return {step: sum(j.within(step, time) for j in cohort) for step in steps}


def fallen(now: Mapping[str, int], before: Mapping[str, int]) -> dict[str, tuple[float, float, float]]:
    """Compare two funnels whose first step somebody took.

    Returns:
        Each step after the first to the share of those who began that took it, now and before, and the one by the
        other; a step that nobody took before is left out.
    """
    first = next(iter(now))
    found = {}
    for step in list(now)[1:]:
        share, usual = now[step] / now[first], before[step] / before[first]
        if usual:
            found[step] = (share, usual, share / usual)
    return found


def most_lost(counts: Mapping[str, int]) -> str:
    """Return between which two steps the most stayed behind, as a sentence."""
    lost, after, to = max(((counts[a] - counts[b], a, b) for a, b in pairwise(counts)), key=lambda x: x[0])
    return f"{lost} stayed behind between {after} and {to}"
