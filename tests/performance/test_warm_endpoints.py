"""Each endpoint that reads answers quickly once it is warm, by its own figures and not by those of all together."""

from __future__ import annotations

import time

from fixtures.api import Answer, ApiClient
from fixtures.parallel import each
from golive.catalogue import Limit, Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.verdict import NotConfigured
from tests.judges.endpoints import actor, is_plain_read
from tests.performance.rounds import IDLE, WARMING, Call, Round, best_of, in_a_row

PROBES = ("health_deep",)
"""What asks all dependencies is no endpoint that users wait for."""


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
    each(lambda name: _round(api, name, WARMING, None), names, workers=2)
    time.sleep(IDLE)
    rounds = dict(zip(names, each(lambda name: _round(api, name, samples, limit), names, workers=2), strict=True))
    problems: list[str | None] = []
    for name, first in rounds.items():
        best = best_of(_call(api, name), api.operation(name).status, first, limit, samples)
        of = f"endpoint {name}"
        observed(of, "p95", round(best.p95), source="client", unit="ms")
        hint = f"By {len(best.times)} calls in a row: {best.told} ms. Is it a query, a lock, or a cold copy?"
        within = limit.problem(round(best.p95, 1), of=of, hint=hint)
        problems += [best.problem, within]
        if not within:
            problems.append(line.limit("samples").problem(len(best.times), of=of))
    conclude(problems)


def _round(api: ApiClient, name: str, many: int, limit: Limit | None) -> Round:
    return in_a_row(_call(api, name), api.operation(name).status, many, limit)


def _call(api: ApiClient, name: str) -> Call:
    """Over one connection, as somebody who may."""
    who = actor(api.operation(name), api.settings.identities, api.settings.roles)

    def call() -> Answer:
        return api.call(name, identity=who)

    return call
