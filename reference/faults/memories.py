"""Memories that change as they are kept, stay when they are deleted, or are taken though they are none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.faults.kept_data import INDEX, TABLE, index_client
from reference.switching import simulated, switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

UNCHANGED, REFUSED, SEARCHED, PRODUCT = "AURA-3.1.3.1", "AURA-3.1.3.3", "AURA-3.1.3.2", "aurastudio"
TEXTS = f"app:{PRODUCT}:behaviour:memory-texts"
SEARCHES = "provider:pinecone:latency"


@fault(
    name="aura-memory-cut",
    breaks="the texts of memories are cut to fifty characters as they are stored",
    fails=[UNCHANGED],
    message=r"equality is \d+(\.\d+)? percent, want == 100.*memory with 4000 characters: text .*50 characters of 4000",
    touches=[TEXTS],
)
def cut(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "memory_cut", 50)


@fault(
    name="aura-memory-long-texts-cut",
    breaks="only long texts are cut; the summaries, which recalls show, are whole",
    fails=[UNCHANGED],
    message=r"equality is 80(\.0)? percent.*memory with 4000 characters: text .*\(2000 characters of 4000\)",
    touches=[TEXTS],
    hard=True,
)
def long_texts_cut(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "memory_cut", 2000)


@fault(
    name="aura-memory-emoji-lost",
    breaks="characters of four bytes are stored as question marks",
    fails=[UNCHANGED],
    message=r"memory with emoji: text came back as '\?",
    touches=[TEXTS],
    hard=True,
)
def emoji_lost(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "memory_three_bytes")


@fault(
    name="aura-memory-vector-stays",
    breaks="to delete a memory deletes its row and leaves its vector in the index",
    fails=[UNCHANGED],
    message=r"the vector of memory \S+ is in the index after the memory was deleted",
    touches=[f"app:{PRODUCT}:behaviour:memory-deletion", INDEX, TABLE],
    hard=True,
)
def vector_stays(deployment: Deployment) -> Iterator[None]:
    try:
        yield from switched(deployment, PRODUCT, "forget_keeps_vector")
    finally:
        forget_orphans(deployment)


@fault(
    name="aura-recall-takes-any-count",
    breaks="a recall takes any number of memories to bring",
    fails=[REFUSED],
    message=r"none recalled: memory_recall .* was answered with 200, want 4xx.*21 recalled: .* answered with 200",
    touches=[f"app:{PRODUCT}:behaviour:recall-count"],
)
def any_count(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "takes any:/api/advanced/memory/recall", {"top_k": [1, 20]})


@fault(
    name="aura-memory-batch-fails-half-way",
    breaks="a batch is looked at as it is stored: when a bad memory is refused, vectors of those before it are there",
    fails=[REFUSED],
    message=r"rows and vectors: rows changed is [1-9]\d*, want == 0.*\+[1-9]\d* vectors of alice",
    touches=[f"app:{PRODUCT}:behaviour:memory-batch", INDEX, TABLE],
    hard=True,
)
def half_way(deployment: Deployment) -> Iterator[None]:
    try:
        yield from switched(deployment, PRODUCT, "batch_looked_at_late")
    finally:
        forget_orphans(deployment)


def forget_orphans(deployment: Deployment) -> None:
    """Take away the vectors whose memory is not there."""
    with deployment.sql(PRODUCT) as connection:
        rows = connection.execute("select user_id::text, id::text from user_memory").fetchall()
    ids = {str(row[1]) for row in rows}
    with index_client(deployment) as client:
        for user in {str(row[0]) for row in rows}:
            listed = client.get("/vectors/list", params={"namespace": user, "limit": 1000}).raise_for_status().json()
            if orphans := [v["id"] for v in listed["vectors"] if v["id"] not in ids]:
                body = {"namespace": user, "ids": orphans}
                client.post("/vectors/delete", json=body).raise_for_status()


@fault(
    name="aura-vector-search-slow",
    breaks="each search of the vector index takes 150 ms",
    fails=[SEARCHED],
    message=r"searches of index \S+ by a condition: p95 is \d{3}(\.\d+)? ms, want < 100 ms",
    touches=[SEARCHES],
)
def search_slow(deployment: Deployment) -> Iterator[None]:
    yield from simulated(deployment, "pinecone", {"query_latency_ms": 150}, {"query_latency_ms": 0})


@fault(
    name="aura-vector-search-slow-by-condition",
    breaks="searches take 150 ms longer when they have a condition, as the product's own always do",
    fails=[SEARCHED],
    message=r"searches of index \S+ by a condition: p95 is \d{3}(\.\d+)? ms, want < 100 ms",
    touches=[SEARCHES],
    hard=True,
)
def slow_by_condition(deployment: Deployment) -> Iterator[None]:
    word = "filtered_query_latency_ms"
    yield from simulated(deployment, "pinecone", {word: 150}, {word: 0})


@fault(
    name="aura-vector-search-quick-the-second-time",
    breaks="a search takes 150 ms longer, and one that was made before is answered from a cache",
    fails=[SEARCHED],
    message=r"p95 is \d{3}(\.\d+)? ms, want < 100 ms.*each for another vector",
    touches=[SEARCHES],
    hard=True,
)
def quick_the_second_time(deployment: Deployment) -> Iterator[None]:
    word = "first_query_latency_ms"
    yield from simulated(deployment, "pinecone", {word: 150}, {word: 0})
