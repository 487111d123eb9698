"""Each endpoint that reads answers quickly once it is warm, by its own figures and not by those of all together."""

from __future__ import annotations

import time
from dataclasses import dataclass

from fixtures.api import Answer, ApiClient
from fixtures.parallel import each
from golive.catalogue import Limit, Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.verdict import NotConfigured, Unobservable
from tests.judges.endpoints import actor, is_plain_read
from tests.judges.warmth import percentile, tolerated

PROBES = ("health_deep",)
"""What asks all dependencies is no endpoint that users wait for."""
WARMING, SHARE, ROUNDS = 4, 0.95, 3
WAITS, LONGEST_WAIT = 4, 30.0
"""How often, and how many seconds at once, is waited for the caller's quota."""
IDLE = 2.0
"""Seconds without a call before the measured ones: what is warm stays warm that long."""


@dataclass(frozen=True)
class Round:
    """The milliseconds of the calls made in a row, and what went wrong with them."""

    times: list[float]
    problem: str = ""

    @property
    def p95(self) -> float:
        return percentile(self.times, SHARE)


@verifies("AURA-5.2.3.2")
def test_each_warm_endpoint_answers_within_its_limit(line: Line, api: ApiClient) -> None:
    operations = [n for n, o in api.settings.operations.items() if not o.base_url and is_plain_read(o)]
    names = [name for name in operations if name not in PROBES]
    if not names:
        raise NotConfigured(
            f"the target maps no GET of {api} without parameters", f"Add [{line.product}.api.operations]"
        )
    limit, samples = line.limit("p95"), int(float(str(line.limit("samples").value)))
    api.token()
    each(lambda name: _calls(api, name, WARMING, None), names, workers=2)
    time.sleep(IDLE)
    rounds = dict(zip(names, each(lambda name: _calls(api, name, samples, limit), names, workers=2), strict=True))
    problems: list[str | None] = []
    for name, first in rounds.items():
        best = _best(api, name, first, limit, samples)
        of = f"endpoint {name}"
        observed(of, "p95", round(best.p95), source="client", unit="ms")
        hint = f"By {len(best.times)} calls in a row: {_told(best.times)} ms. Is it a query, a lock, or a cold copy?"
        within = limit.problem(round(best.p95, 1), of=of, hint=hint)
        problems += [best.problem, within]
        if not within:
            problems.append(line.limit("samples").problem(len(best.times), of=of))
    conclude(problems)


def _best(api: ApiClient, name: str, first: Round, limit: Limit, samples: int) -> Round:
    """What was slow beside others is tried again by itself: a slow endpoint stays slow, a busy moment passes."""
    best = first
    for _ in range(ROUNDS - 1):
        if best.problem or limit.admits(best.p95):
            break
        time.sleep(IDLE)
        again = _calls(api, name, samples, limit)
        best = min(best, again, key=lambda r: r.p95)
    return best


def _calls(api: ApiClient, name: str, many: int, limit: Limit | None) -> Round:
    """Call the endpoint so many times over one connection; stop when too many are slow for it to hold."""
    operation = api.operation(name)
    who = actor(operation, api.settings.identities, api.settings.roles)
    times: list[float] = []
    for _ in range(many):
        answer = _admitted(api, name, who)
        times.append(1000 * answer.seconds)
        if answer.status != operation.status:
            return Round(times, f"{answer}, want {operation.status}: its time says nothing")
        if limit and sum(not limit.admits(t) for t in times) > tolerated(many, SHARE):
            break
    return Round(times)


def _admitted(api: ApiClient, name: str, who: str | None) -> Answer:
    """Call the endpoint; wait when the caller's own quota is used up, which says nothing of how fast it is."""
    for _ in range(WAITS):
        answer = api.call(name, identity=who)
        if answer.status != 429:
            return answer
        after = answer.headers.get("Retry-After", "")
        time.sleep(min(LONGEST_WAIT, float(after) if after.isdigit() else 1.0))
    raise Unobservable(f"{answer} to {who or 'the probing identity'} again and again", "Give it a larger quota")


def _told(times: list[float]) -> str:
    return ", ".join(f"{t:.0f}" for t in sorted(times, reverse=True)[:4]) + (" ..." if len(times) > 4 else "")
