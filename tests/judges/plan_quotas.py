"""Judges what was admitted of requests that use up a tenant's quota, all at once. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Spent:
    """One quota, asked for more than it allows over all instances at once.

    Attributes:
        word: the quota's name.
        most: what the tenant was given.
        before: how much of it was used already.
        statuses: what each request was answered.
        told: how much the tenant was told to have used afterwards.
        reasons: the answers to those refused, as text.
    """

    word: str
    most: int
    before: int
    statuses: tuple[int, ...]
    told: int
    reasons: tuple[str, ...]

    def admitted(self, success: Collection[int] = (200, 201, 202)) -> int:
        """How many requests were done."""
        return sum(status in success for status in self.statuses)


def problems(spent: Spent, refusals: Collection[int]) -> list[str]:
    """Return what is wrong: more or less admitted than is left, refusals of another kind or without a reason."""
    left, done = max(spent.most - spent.before, 0), spent.admitted()
    found = []
    if done != left:
        found.append(
            f"of {len(spent.statuses)} requests at once {done} used {spent.word}, where the quota leaves {left}"
        )
    others = sorted({s for s in spent.statuses if s >= 300 and s not in refusals})
    if others:
        found.append(f"over its quota of {spent.word} a tenant is answered {', '.join(map(str, others))}")
    if any(spent.word.replace("_", " ") not in reason.replace("_", " ") for reason in spent.reasons):
        found.append(f"a refusal over {spent.word} does not name the quota")
    if spent.most and spent.told != spent.before + done:
        found.append(f"the tenant is told that it used {spent.told} {spent.word}, and it used {spent.before + done}")
    return found


def error(spents: Sequence[Spent]) -> int:
    """Return by how many requests the admitted differ from what the quotas leave, over all quotas."""
    return sum(abs(s.admitted() - max(s.most - s.before, 0)) for s in spents)
