"""A rate of texts that the providers behind the product did not keep: throttled, one at a time, or never asked."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from reference.faults import fault
from reference.faults.load_rates import DURATION
from reference.load_records import Row, made_under, retold
from reference.switching import simulated

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, RUN, TRANSLATING = "aurastudio", "thousand", "translating"
TRANSLATIONS, EMBEDDINGS = "AURA-3.3.3.4", "AURA-3.2.3.5"
OF_TRANSLATIONS, OF_EMBEDDINGS = f"load:aurastudio:{RUN}:translating", f"load:aurastudio:{RUN}:embedding"
HITS, CALLS = "translation.hits", "translation.calls"


@fault(
    name="aura-load-translations-one-at-a-time",
    breaks="in the recorded load run each translation waits until all before it are done",
    fails=[TRANSLATIONS],
    message=r"translating: p95 is \d+(\.\d+)? ms, want < 500 ms",
    touches=[OF_TRANSLATIONS],
)
def one_at_a_time(deployment: Deployment) -> Iterator[None]:
    def queue(rows: list[Row]) -> list[Row]:
        mine = [r for r in rows if r["metric_name"] == DURATION and r["scenario"] == TRANSLATING]
        for place, row in enumerate(mine):  # sent when it was, and answered later
            waited = min(300 * place, 2400)
            row["metric_value"] = f"{float(row['metric_value']) + waited:.6f}"
            row["timestamp"] = str(int(row["timestamp"]) + 1000 * waited)
        return rows

    yield from retold(deployment, PRODUCT, RUN, queue)


@fault(
    name="aura-load-translations-of-one-text",
    breaks="all users of the recorded load run send the same text: the cache keeps the rate, the provider is not asked",
    fails=[TRANSLATIONS],
    message=r"translating: from cache is 100(\.0)? percent, want <= 50 percent.*asked 0 times, the cache had \d\d",
    touches=[OF_TRANSLATIONS],
    hard=True,
)
def of_one_text(deployment: Deployment) -> Iterator[None]:
    def cached(rows: list[Row]) -> list[Row]:
        good = [r for r in rows if r["metric_name"] == "checks" and r["scenario"] == TRANSLATING]
        others = [r for r in rows if not (r["metric_name"] == "golive_cached" and r["scenario"] == TRANSLATING)]
        return [
            *others,
            *({**r, "metric_name": "golive_cached", "metric_value": "1.000000", "check": ""} for r in good),
        ]

    yield from retold(deployment, PRODUCT, RUN, cached, samples=lambda told: _moved(told, to_cache=True))


@fault(
    name="aura-load-translations-of-nobody",
    breaks="in the recorded load run a part of the product answers in the provider's place, which nobody asked",
    fails=[TRANSLATIONS],
    message=r"translating: unaccounted is \d+(\.\d+)? percent, want <= 1 percent.*the provider was asked 0 times",
    touches=[OF_TRANSLATIONS],
    hard=True,
)
def of_nobody(deployment: Deployment) -> Iterator[None]:
    yield from retold(deployment, PRODUCT, RUN, samples=lambda told: _moved(told, to_cache=False))


def _moved(told: dict[str, Any], *, to_cache: bool) -> None:
    """The provider was never asked while the processes were looked at; the cache (or nobody) had what it gave."""
    first: dict[str, float] = {}
    for look in told["processes"]:
        counters = look.get("counters")
        if not counters:
            continue
        asked = counters[CALLS] - first.setdefault(look["instance"], counters[CALLS])
        counters[CALLS] -= asked
        counters[HITS] += asked if to_cache else 0


@fault(
    name="aura-load-embeddings-throttled",
    breaks="the provider embeds six texts a minute and refuses more, and a load run is made meanwhile",
    fails=[EMBEDDINGS],
    message=r"what was embedded: rate is \d+(\.\d+)? req/min, want >= 1000.*provider failures is \d+(\.\d+)? percent",
    touches=[f"load:aurastudio:{RUN}", OF_TRANSLATIONS, OF_EMBEDDINGS, "simulator:openai:behaviour:limit"],
)
def throttled(deployment: Deployment) -> Iterator[None]:
    limits = {"requests_per_minute": 6}
    trouble = contextlib.contextmanager(simulated)(deployment, "openai", limits, {"requests_per_minute": None})
    yield from made_under(deployment, PRODUCT, RUN, trouble)


@fault(
    name="aura-load-embeddings-wait-in-a-queue",
    breaks="in the recorded load run each text was taken at once, and four of ten waited for their vector at its end",
    fails=[EMBEDDINGS],
    message=r"what was embedded: rate is \d{3}(\.\d+)? req/min, want >= 1000.*do the others wait",
    touches=[OF_EMBEDDINGS],
    hard=True,
)
def wait_in_a_queue(deployment: Deployment) -> Iterator[None]:
    def wait(head: dict[str, Any]) -> None:
        head["embedded"]["count"] = int(0.6 * head["embedded"]["count"])

    yield from retold(deployment, PRODUCT, RUN, head=wait)


@fault(
    name="aura-load-embeddings-refused-in-storms",
    breaks="in the recorded load run the provider refused every third call, which was tried again until it went well",
    fails=[EMBEDDINGS],
    message=r"vectorising: provider failures is \d+(\.\d+)? percent, want <= 1 percent.*status 429",
    touches=[OF_EMBEDDINGS],
    hard=True,
)
def refused_in_storms(deployment: Deployment) -> Iterator[None]:
    def refuse(told: dict[str, Any]) -> None:
        for look in told["processes"]:
            if counters := look.get("counters"):
                counters["embedding.failed"] += counters["embedding.calls"] // 2

    yield from retold(deployment, PRODUCT, RUN, samples=refuse)
