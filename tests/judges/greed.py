"""What a tenant that takes all it gets does to its neighbours: spells of it, each against the quiet before it. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from golive.catalogue import Line
from golive.verdict import Unobservable

ANSWERED = 0.8
"""Share of the calls that were due which has to be answered before their times say anything."""


@dataclass(frozen=True)
class Spell:
    """What the neighbours had for a while. Times in ms; `job_wait`: the median, NaN where no job was done."""

    due: float
    requests: int
    p95: float
    failed: int
    job_wait: float
    cached: int
    uncached: int

    @property
    def slow(self) -> float:
        """The 95th percentile; infinite where much of what was due was never answered."""
        return self.p95 if self.requests >= ANSWERED * self.due else math.inf

    @property
    def shown(self) -> str:
        return (
            f"p95 {_shown(self.slow)}, {self.failed} of {self.requests} failed, report {_shown(self.job_wait)}, "
            f"{self.cached} of {self.cached + self.uncached} from cache"
        )

    @property
    def errors(self) -> float:
        """Percent."""
        return 100 * self.failed / self.requests if self.requests else 100.0

    @property
    def hits(self) -> float:
        """Percent of the lookups that a cache answered."""
        found = self.cached + self.uncached
        return 100 * self.cached / found if found else math.nan


@dataclass(frozen=True)
class Bout:
    """One kind of greed for a while, and the quiet before. `sent`, `refused`: the greedy one's calls; `load`: so many
    times a neighbour's, None where it does not call by rate."""

    kind: str
    quiet: Spell
    greedy: Spell
    sent: int
    refused: int
    load: float | None


def greed_problems(line: Line, of: str, bouts: Sequence[Bout]) -> list[str | None]:
    """Return what is wrong: neighbours slower, with errors, waiting for jobs or losing their cache; nobody throttled.

    Of the bouts of one kind the mildest counts, as a machine may hesitate once; starving neighbours starve in each.

    Raises:
        Unobservable: a quiet spell that says nothing, or a kind that never came to anything.
    """
    for bout in bouts:
        _ensure(of, bout)
    problems: list[str | None] = []
    for kind in dict.fromkeys(b.kind for b in bouts):
        mine, what = [b for b in bouts if b.kind == kind], f"{of}, neighbours during its {kind}"
        slow = _mildest(mine, lambda b: b.greedy.slow / b.quiet.p95)
        hint = f"p95 {_shown(slow.quiet.p95)} in quiet, {_shown(slow.greedy.slow)} beside it: what do they wait for?"
        problems.append(_judged(line, "victim_p95", slow.greedy.slow / slow.quiet.p95, what, hint))
        worse = _mildest(mine, lambda b: b.greedy.errors - b.quiet.errors)
        hint = f"{worse.greedy.failed} of {worse.greedy.requests} calls failed, {worse.quiet.failed} of "
        hint += f"{worse.quiet.requests} in quiet"
        more = worse.greedy.errors - worse.quiet.errors
        problems.append(_judged(line, "victim_error_increase", max(0.0, more), what, hint))
        late = _mildest(mine, _late)
        hint = (
            f"a report took {_shown(late.quiet.job_wait)} in quiet, {_shown(late.greedy.job_wait)} beside it: is there "
        )
        problems.append(_judged(line, "victim_job_wait", _late(late), what, hint + "one queue for all tenants?"))
        lost = _mildest(mine, lambda b: b.quiet.hits - b.greedy.hits)
        hint = (
            f"{lost.quiet.hits:.1f} % of the lookups hit in quiet, {lost.greedy.hits:.1f} % beside it: who is evicted?"
        )
        fewer = lost.quiet.hits - lost.greedy.hits
        problems.append(_judged(line, "victim_hits_lost", max(0.0, fewer), what, hint))
        if mine[0].load is not None:
            load = min(b.load or 0.0 for b in mine)
            problems.append(_judged(line, "greedy_load", load, f"{of}, {kind}", "The generator could not send more"))
            sent, refused = sum(b.sent for b in mine), sum(b.refused for b in mine)
            hint = f"It sent {sent} calls, and none was answered by 429: nothing holds a tenant back there"
            problems.append(_judged(line, "greedy_rejections", refused, f"{of}, {kind}", hint))
    return problems


def _ensure(of: str, bout: Bout) -> None:
    if not bout.quiet.requests or bout.quiet.slow == math.inf or not bout.quiet.p95 > 0:
        raise Unobservable(
            f"{of}: in the quiet before {bout.kind} {bout.quiet.requests} of {bout.quiet.due:.0f} calls were answered",
            "Something else disturbed it: run the load again",
        )
    if math.isnan(bout.quiet.job_wait):
        raise Unobservable(f"{of}: no report was ready in the quiet before {bout.kind}", "Are the workers up?")
    if math.isnan(bout.quiet.hits) or math.isnan(bout.greedy.hits):
        raise Unobservable(f"{of}: no answer said whether it came from a cache", "Map a field cache_hit")
    if not bout.sent:
        raise Unobservable(f"{of}: its {bout.kind} sent nothing", "See the log of the run")


def _late(bout: Bout) -> float:
    """How much longer a report took; infinite where none was ready."""
    waited = bout.greedy.job_wait
    return math.inf if math.isnan(waited) else waited / bout.quiet.job_wait


def _mildest(bouts: Sequence[Bout], harm: Callable[[Bout], float]) -> Bout:
    return min(bouts, key=harm)


def _judged(line: Line, name: str, value: float, of: str, hint: str) -> str | None:
    return line.limit(name).problem(round(value, 2), of=of, hint=hint)


def _shown(ms: float) -> str:
    return "never" if math.isinf(ms) or math.isnan(ms) else f"{ms:.0f} ms"
