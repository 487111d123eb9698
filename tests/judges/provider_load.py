"""Where the answers of a load run came from: the provider, the cache before it, or nowhere. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from golive.load.artefact import Embedded
from golive.load.sampling import ProcessSample
from golive.verdict import Unobservable

SETTLES = 6.0
"""Seconds after the steady part in which its last requests end; the next scenario begins no sooner."""
APART = 6.0
"""Seconds that a look may lie before the beginning, or before the end."""
AGAIN = "Run the load again"


def gained(looks: Sequence[ProcessSample], instances: Sequence[str], word: str, begin: float, end: float) -> float:
    """What all processes together counted from the beginning to the end of a scenario.

    Raises:
        Unobservable: a process was not looked at, was replaced meanwhile, or does not count this.
    """
    total = 0.0
    for instance in instances:
        mine = [x for x in looks if x.instance == instance and not x.error]
        before = max((x for x in mine if begin - APART <= x.at <= begin), key=_at, default=None)
        after = max((x for x in mine if end - APART <= x.at <= end + SETTLES), key=_at, default=None)
        if before is None or after is None:
            raise Unobservable(f"process {instance} was not looked at before and after the load", AGAIN)
        if word not in before.counters or word not in after.counters:
            raise Unobservable(
                f"process {instance} does not say how many {word} it counted",
                f'Add "{word}" to [PRODUCT.k6.processes.counters]',
            )
        if before.started != after.started or after.counters[word] < before.counters[word]:
            raise Unobservable(f"process {instance} was replaced while the load was on, so it counted anew", AGAIN)
        total += after.counters[word] - before.counters[word]
    return total


def _at(look: ProcessSample) -> float:
    return look.at


def unaccounted(answered: float, calls: float, hits: float) -> float:
    """Answers that were neither the provider's nor the cache's (or the other way round), in percent of the answers."""
    return 100 * abs(answered - calls - hits) / answered if answered else 100.0


def embedded_seconds(counted: Embedded | None, end: float, seconds: float, of: str) -> float:
    """The seconds in which the counted were embedded: those of the load, and what was waited beyond its end.

    Raises:
        Unobservable: nobody counted, or before the load was over.
    """
    if counted is None:
        raise Unobservable(
            f"{of}: nobody counted what was embedded", "Add [PRODUCT.k6.embedded], and run the load again"
        )
    if counted.at < end:
        raise Unobservable(f"{of}: what was embedded was counted before the load was over", AGAIN)
    return seconds + max(0.0, counted.at - end - 2 * SETTLES)
