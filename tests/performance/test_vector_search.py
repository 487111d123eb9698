"""A search of the vector index alone is quick, as the product searches: in a user's own part, by their condition."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Sequence

from fixtures.api import ApiClient
from fixtures.providers.pinecone import PineconeProject
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from golive.verdict import NotConfigured, Unobservable
from tests.judges.warmth import percentile, tolerated

WARMING, ROUNDS, SHARE, TOP = 5, 4, 0.95, 5
PAUSE = 3.0
"""Seconds before another round: what is slow stays slow, a busy moment of this machine passes."""
Search = Callable[[Sequence[float]], tuple[float, int]]


@verifies("AURA-3.1.3.2")
def test_a_vector_search_is_quick(line: Line, target: ProductTarget, api: ApiClient, pinecone: PineconeProject) -> None:
    privacy, settings = configured(target.privacy, f"{line.product}.privacy"), pinecone.settings
    if privacy.namespace is None:
        raise NotConfigured(f"the target has no {line.product}.privacy.namespace", "Say where a user's vectors are")
    space, user, held = _fullest(api, pinecone, privacy.namespace)
    limit, samples = line.limit("p95"), int(float(str(line.limit("samples").value)))
    condition = json.loads(json.dumps(settings.filter).replace("{id}", user))
    search = pinecone.searching(space, TOP, condition)
    length, wanted = pinecone.dimension(), min(TOP, held)
    for _ in range(WARMING):
        search(_vector(length))
    rounds = [_round(search, length, wanted, samples, limit.admits)]
    while len(rounds) < ROUNDS and not limit.admits(percentile(rounds[-1], SHARE)):
        time.sleep(PAUSE)
        rounds.append(_round(search, length, wanted, samples, limit.admits))
    best = min(rounds, key=lambda times: percentile(times, SHARE))
    p95 = observed(pinecone, "p95 of searches", round(percentile(best, SHARE), 1), source=f"{len(best)} POST /query",
                   unit="ms")  # fmt: skip
    of = f"searches of index {settings.index}{' by a condition' if condition else ''}"
    slowest = ", ".join(f"{t:.0f}" for t in sorted(best, reverse=True)[:4])
    within = limit.problem(p95, of=of, hint=f"The slowest of {len(best)}: {slowest} ms, each for another vector")
    conclude([within, None if within else line.limit("samples").problem(len(best), of=of)])


def _fullest(api: ApiClient, project: PineconeProject, pattern: str) -> tuple[str, str, int]:
    """The synthetic user's namespace with the most vectors, whose it is, and how many. Raises Unobservable."""
    users = [who.id for who in api.settings.identities.values() if who.id]
    counts = {user: project.count(pattern.replace("{id}", user)) for user in users}
    user = max(counts, key=lambda u: counts[u], default="")
    if not counts.get(user):
        raise Unobservable(f"{project}: no synthetic user has a vector", "A search of nothing is always quick")
    return pattern.replace("{id}", user), user, counts[user]


def _round(search: Search, length: int, wanted: int, many: int, admits: Callable[[float], bool]) -> list[float]:
    """Milliseconds of searches for vectors that nobody searched for; ends when too many were slow."""
    times: list[float] = []
    while len(times) < many and sum(not admits(t) for t in times) <= tolerated(many, SHARE):
        seconds, found = search(_vector(length))
        times.append(1000 * seconds)
        if found != wanted:
            raise AssertionError(
                f"a search of the index found {found} of the {wanted} nearest vectors: a search "
                "that finds nothing is quick. Does the condition of the target fit what the product stores?"
            )
    return times


def _vector(length: int) -> list[float]:
    return [round(random.gauss(0, 1), 4) for _ in range(length)]
