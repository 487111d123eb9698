"""What the samples of a database say of it while load was put on the deployment. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from golive.load.sampling import Sample
from golive.verdict import Unobservable


def within(samples: Sequence[Sample], begin: float, end: float, most_apart: float, of: str) -> list[Sample]:
    """The samples of a time in seconds since the epoch, the one before it and the one after it.

    Raises Unobservable where two are further apart than `most_apart` seconds, or the database could not be asked.
    """
    inside = [s for s in samples if begin - most_apart <= s.at <= end + most_apart]
    if len(inside) < 2 or inside[0].at > begin + most_apart or inside[-1].at < end - most_apart:
        raise Unobservable(f"{of}: the database was not looked at over the whole of it", "Run the load again")
    gap = max(after.at - before.at for before, after in pairwise(inside))
    if gap > most_apart:
        raise Unobservable(
            f"{of}: the database was not looked at for {gap:.0f} s, want each {most_apart:g} s",
            "Is the machine that makes the load too busy?",
        )
    if broken := [s for s in inside if s.error]:
        raise Unobservable(f"{of}: the database did not answer {len(broken)} of {len(inside)} times: {broken[0].error}")
    return inside


def connections(samples: Sequence[Sample]) -> float:
    """Percent of the connections that the server admits, at most."""
    return max(100 * s.connections / s.most_connections for s in samples if s.most_connections)


def gained(samples: Sequence[Sample], name: str) -> int:
    """By how much a counter rose; one that began anew (a restart, a reset) counts from zero again."""
    values = [int(getattr(s, name)) for s in samples]
    return sum(after - before if after >= before else after for before, after in pairwise(values))


def mean_statement(samples: Sequence[Sample], of: str) -> float:
    """ms that a statement took on average. Raises Unobservable without pg_stat_statements, or without statements."""
    first, last = samples[0], samples[-1]
    if first.calls is None or last.calls is None or first.milliseconds is None or last.milliseconds is None:
        raise Unobservable(f"{of}: there was no pg_stat_statements to ask", "Let the reading role read it")
    calls = last.calls - first.calls
    if calls <= 0:
        raise Unobservable(f"{of}: {calls:.0f} statements were counted: were the statistics reset, or nothing asked?")
    return (last.milliseconds - first.milliseconds) / calls


def most(samples: Sequence[Sample], name: str) -> float:
    """The greatest value, to the millisecond."""
    return round(max(float(getattr(s, name)) for s in samples), 3)
