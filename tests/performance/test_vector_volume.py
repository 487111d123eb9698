"""Ten thousand vectors in the index: all are there, searches stay quick, and find what is nearest."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from fixtures.providers.pinecone import PineconeProject
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.run_id import run_id
from golive.verdict import Unobservable
from tests.judges.neighbours import Vectors, around, nearest, recall, topics
from tests.judges.rollback_rules import number
from tests.judges.warmth import percentile, tolerated

EACH, SPREAD = 20, 0.7
"""Vectors of one matter, and how much they differ."""
TOP, SHARE, WARMING, ROUNDS, PAUSE = 5, 0.95, 2, 3, 3.0
LARGEST_REQUEST, BYTES, MOST = 1_500_000, 9, 1000
"""What the index takes at once: bytes, of which a number needs so many, and vectors."""
COUNTED_WITHIN = 30.0
"""Seconds until what was taken is counted."""
Search = Callable[[Sequence[float]], tuple[float, list[str]]]


@verifies("AURA-3.1.3.4")
@pytest.mark.disrupts
@pytest.mark.timeout(600)
def test_recall_stays_right_with_ten_thousand_vectors(line: Line, pinecone: PineconeProject) -> None:
    count, samples = int(number(line, "vectors")), int(number(line, "samples"))
    dimension, metric, namespace = pinecone.dimension(), pinecone.metric(), f"{run_id()}-vectors"
    random = np.random.default_rng()
    stored, centres = topics(count, dimension, EACH, SPREAD, random)
    asked = around(random.permutation(centres), samples, SPREAD, random)
    try:
        wanted = nearest(stored, asked, TOP, metric)
    except ValueError as error:
        raise Unobservable(f"{pinecone}: {error}", "Golive compares by cosine, dotproduct and euclidean") from None
    with pinecone.scratch(namespace) as put:
        _fill(put, stored)
        held = pinecone.counted(namespace, count, COUNTED_WITHIN)
        times, found = _searched(line, pinecone.nearest(namespace, TOP, {}), asked)
    of = f"index {pinecone.settings.index} with {held} vectors of this run"
    p95 = observed(pinecone, "p95 of searches", round(percentile(times, SHARE), 1), source="POST /query", unit="ms")
    share = observed(pinecone, "recall at 5", round(recall(found, wanted[: len(found)]), 4), source="brute force")
    slowest = ", ".join(f"{t:.0f}" for t in sorted(times, reverse=True)[:4])
    late = line.limit("p95").problem(p95, of=of, hint=f"The slowest of {len(times)}: {slowest} ms")
    conclude(
        [
            line.limit("vectors").problem(held, of=of, hint=f"{count} were taken"),
            late,
            None if late else line.limit("samples").problem(len(times), of=of),
            line.limit("recall_at_5").problem(share, of=of, hint="Does it look into enough of its lists?"),
        ]
    )


def _fill(put: Callable[[dict[str, list[float]]], None], stored: Vectors) -> None:
    size = max(1, min(MOST, LARGEST_REQUEST // (BYTES * stored.shape[1])))
    for start in range(0, len(stored), size):
        put({str(start + place): row for place, row in enumerate(stored[start : start + size].tolist())})


def _searched(line: Line, search: Search, asked: Vectors) -> tuple[list[float], list[list[int]]]:
    """Milliseconds and found rows of the best round; what is slow stays slow, a busy moment passes."""
    limit, queries = line.limit("p95"), asked.tolist()
    for query in queries[:WARMING]:
        search(query)
    best: tuple[list[float], list[list[int]]] = ([], [])
    for attempt in range(ROUNDS):
        if attempt:
            time.sleep(PAUSE)
        times, found = list[float](), list[list[int]]()
        while len(times) < len(queries) and sum(not limit.admits(t) for t in times) <= tolerated(len(queries), SHARE):
            seconds, ids = search(queries[len(times)])
            times.append(1000 * seconds)
            found.append([int(i) for i in ids if i.isdigit()])
        if not best[0] or percentile(times, SHARE) < percentile(best[0], SHARE):
            best = times, found
        if limit.admits(percentile(times, SHARE)) or not any(limit.admits(t) for t in times):
            break
    return best
