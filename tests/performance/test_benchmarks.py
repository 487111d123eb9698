"""What users do most is quick: a benchmark of each operation, timed here and not by what the answers say."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from fixtures.api import Answer, ApiClient
from fixtures.parallel import each
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.run_id import run_id
from golive.verdict import Unobservable
from tests.performance.rounds import IDLE, WARMING, Call, best_of, in_a_row

KIND = "note"


@verifies("AURA-2.1.1.3")
@pytest.mark.writes
@pytest.mark.timeout(240)
def test_each_critical_operation_is_quick(line: Line, api: ApiClient) -> None:
    limit, samples = line.limit("p95"), int(float(str(line.limit("samples").value)))
    languages = [code for code in api.settings.text_languages if code != "en"] or ["es"]
    api.token()
    problems: list[str | None] = []
    with _operations(api, languages) as operations:
        for name, call in operations.items():
            wanted = api.operation(name).status
            warm = in_a_row(call, wanted, WARMING, None)
            if warm.problem:
                problems.append(warm.problem)
                continue
            time.sleep(IDLE / 4)
            best = best_of(call, wanted, in_a_row(call, wanted, samples, limit), limit, samples)
            of = f"operation {name}"
            observed(of, "p95", round(best.p95), source=f"{len(best.times)} calls in a row", unit="ms")
            hint = f"By {len(best.times)} calls in a row: {best.told} ms. What does it wait for?"
            within = limit.problem(round(best.p95, 1), of=of, hint=hint)
            problems += [best.problem, within]
            if not within and not best.problem:
                problems.append(line.limit("samples").problem(len(best.times), of=of))
    conclude(problems)


@contextmanager
def _operations(api: ApiClient, languages: list[str]) -> Iterator[dict[str, Call]]:
    """The critical operations, each text new so that no cache answers. What was stored is removed afterwards.

    The mode is switched to the one that it is in, so that nothing changes for the user.
    """
    made: list[str] = []
    numbers = itertools.count(1)
    mode = api.call("mode_current")
    if mode.status != api.operation("mode_current").status:
        raise Unobservable(f"{mode}: the mode can't be switched back to what it was", "See why")

    def text() -> str:
        return f"{run_id()} asked for number {next(numbers)} of the things to remember"

    def store() -> Answer:
        answer = api.call("memory_store", text=text(), kind=KIND)
        if answer.status == api.operation("memory_store").status:
            made.append(str(answer.field("id")))
        return answer

    def translate() -> Answer:
        number = next(numbers)
        to = languages[number % len(languages)]
        return api.call("translate", text=text(), source_language="en", target_language=to)

    try:
        yield {
            "memory_store": store,
            "memory_recall": lambda: api.call("memory_recall", text=text(), count=5),
            "translate": translate,
            "mode_switch": lambda: api.call("mode_switch", mode=mode.field("mode")),
        }
    finally:
        gone = each(lambda id_: api.call("memory_delete", id=id_), made, workers=4)
    left = [answer for answer in gone if answer.status != api.operation("memory_delete").status]
    if left:
        raise Unobservable(f"{left[0]}: {len(left)} memories of this run are left", "Remove them by hand")
