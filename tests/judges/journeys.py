"""Whether a load imitates people: whole visits, by many, of different words, with pauses and the usual mix. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from golive.load.tracing import NONE, Did
from golive.verdict import Unobservable

ASKED_FOR = 0.01
"""Share of the requests that the trace and the results may differ by."""


@dataclass(frozen=True)
class Visits:
    """What the visits of a load had in common. `endpoints`, `pause` (s): of the visit, the pause in the middle."""

    count: int
    endpoints: float
    unsigned: int
    """Visits that did not begin by signing in."""
    pause: float
    users: int
    texts: int
    repeated: float
    """Texts that were said before, in percent of all that were said."""
    languages: frozenset[str]
    modes: frozenset[str]


def visits(trace: Sequence[Did], sign_in: str, of: str) -> Visits:
    """Part a trace in visits. The last of each user at a time may be cut off: visits of the usual length count.

    Raises:
        Unobservable: nothing is in the trace.
    """
    journeys: dict[str, list[Did]] = {}
    for call in trace:
        journeys.setdefault(call.journey, []).append(call)
    if not journeys:
        raise Unobservable(f"{of}: its trace holds no calls", "Run the load again")
    usual = median(len(calls) for calls in journeys.values())
    whole = [calls for calls in journeys.values() if len(calls) >= usual]
    said = [call.text for call in trace if call.text != NONE]
    pauses = [b.at - a.at - a.took / 1000 for calls in whole for a, b in pairwise(calls)]
    return Visits(
        count=len(whole), endpoints=median(len({c.operation for c in calls} - {sign_in}) for calls in whole),
        unsigned=sum(calls[0].operation != sign_in for calls in whole), pause=max(0.0, median(pauses or [0])),
        users=len({call.user for call in trace}), texts=len(set(said)),
        repeated=100 * (1 - len(set(said)) / len(said)) if said else 100.0,
        languages=frozenset(call.language for call in trace) - {NONE},
        modes=frozenset(call.mode for call in trace) - {NONE},
    )  # fmt: skip


def told_apart(trace: Sequence[Did], results: Mapping[str, int], users: int, of: str) -> None:
    """Raise Unobservable when the trace tells of other calls than those that the run's results hold.

    Args:
        users: so many visits can be cut off by the end of the load, within a call.
    """
    told = Counter(call.operation for call in trace)
    for operation in sorted(told.keys() | results.keys()):
        there = results.get(operation, 0)
        if abs(told[operation] - there) > max(1, users, ASKED_FOR * there):
            raise Unobservable(
                f"{of}: its trace tells of {told[operation]} {operation}, and its results hold {there}",
                "Keep the trace of the same run",
            )


def mix(counts: Mapping[str, float]) -> dict[str, float]:
    """Shares in percent."""
    total = sum(counts.values())
    return {name: 100 * count / total for name, count in counts.items()} if total else {}


def farthest(load: Mapping[str, float], users: Mapping[str, float]) -> tuple[str, float]:
    """The operation whose shares (percent) differ most, and by how many points."""
    apart = {name: abs(load.get(name, 0.0) - users.get(name, 0.0)) for name in sorted(load.keys() | users.keys())}
    name = max(apart, key=lambda n: apart[n], default="")
    return name, apart.get(name, 0.0)
