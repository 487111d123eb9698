"""The watch itself: a round a minute on its grid, until a condition is met or the time is up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from golive.watch.record import Record, Terms, Watched
from golive.watch.round import Round

COVERAGE = 0.9
"""The share of its rounds that a watch must have seen to end well."""


class Outcome(StrEnum):
    """How a watch ended."""

    CALM = "calm"
    ROLLBACK = "rollback"
    ATTENTION = "attention"
    """No condition was met, and yet not all is well: lines fail at the end, or too little was seen."""


@dataclass(frozen=True)
class Ended:
    """The decision and its reason."""

    outcome: Outcome
    reason: str


class Clock:
    """The time, and waiting for it; tests have another one."""

    def __init__(self, now: Callable[[], datetime], sleep: Callable[[float], None]) -> None:
        self.now, self.sleep = now, sleep


def watch(
    terms: Terms, record: Record, clock: Clock, run: Callable[[], Round], show: Callable[[Watched], None]
) -> tuple[Watched, Ended]:
    """Watch to the end; what was watched before under the same terms counts.

    Args:
        run: makes one round; one that could not be made is a round with `broken`.
        show: told after every round.
    """
    watched = record.resume(terms)
    terms = watched.terms
    show(watched)
    while (ended := _fired(watched)) is None and clock.now() < terms.end:
        made = run()
        watched.rounds.append(made)
        record.append(made.as_json())
        show(watched)
        if _fired(watched) is None:
            clock.sleep(max(0.0, (_next(terms, clock.now()) - clock.now()).total_seconds()))
    ended = ended or _at_the_end(watched)
    record.append({"decision": ended.outcome.value, "reason": ended.reason, "at": clock.now().isoformat()})
    watched.decision, watched.reason = ended.outcome.value, ended.reason
    show(watched)
    return watched, ended


def _next(terms: Terms, now: datetime) -> datetime:
    """The next time on the grid, or the end: rounds that took too long are left out, not made up for."""
    gone = int((now - terms.started) / terms.every)
    return min(terms.started + (gone + 1) * terms.every, terms.end)


def _fired(watched: Watched) -> Ended | None:
    if not watched.rounds or not (fired := watched.rounds[-1].fired):
        return None
    return Ended(Outcome.ROLLBACK, "; ".join(f"{id_}: {why}" for id_, why in fired.items()))


def _at_the_end(watched: Watched) -> Ended:
    seen = [r for r in watched.rounds if r.lines]
    share = coverage(watched)
    if not seen:
        return Ended(Outcome.ATTENTION, "nothing was seen: no round came to an end")
    last = seen[-1]
    if not last.good:
        ids = [*last.failed, *last.unseen]
        return Ended(Outcome.ATTENTION, f"at the end {len(ids)} of {len(last.lines)} lines do not hold: {_few(ids)}")
    if watched.rounds[-1].broken:
        return Ended(Outcome.ATTENTION, f"the last round could not be made: {watched.rounds[-1].broken}")
    if share < COVERAGE:
        return Ended(Outcome.ATTENTION, f"only {100 * share:.0f} % of the time was seen, want {100 * COVERAGE:.0f} %")
    bad = sum(not r.good for r in watched.rounds)
    return Ended(Outcome.CALM, f"{len(seen)} rounds, {bad} of them with lines that did not hold, no condition met")


def coverage(watched: Watched) -> float:
    """Return the share of the watch's time that is near a round which saw something.

    A round speaks for the time until two more were due, or to the end: what comes later was not watched.
    """
    terms = watched.terms
    covered = timedelta(0)
    times = [r.at for r in watched.rounds if r.lines]
    if not times:
        return 0.0
    for at, after in zip(times, [*times[1:], terms.end], strict=True):
        covered += min(max(after - at, timedelta(0)), 2 * terms.every)
    first = min(times[0] - terms.started, terms.every)
    return min(1.0, (covered + max(first, timedelta(0))) / terms.length)


def _few(ids: list[str], shown: int = 5) -> str:
    return ", ".join(ids[:shown]) + (f" and {len(ids) - shown} more" if len(ids) > shown else "")
