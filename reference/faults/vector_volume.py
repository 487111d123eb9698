"""A vector index that is slow, inexact, or short of vectors when it holds many."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.faults.memories import SEARCHES
from reference.switching import simulated

if TYPE_CHECKING:
    from reference.deployment import Deployment

LINE = "AURA-3.1.3.4"
INDEX = "provider:pinecone:index"


@fault(
    name="aura-vectors-unindexed",
    breaks="searches compare number by number, one vector after the other, as without an index",
    fails=[LINE],
    message=r"index \S+ with 10000 vectors of this run: p95 is \d{3,}(\.\d+)? ms, want < 400 ms",
    touches=[INDEX, SEARCHES],
)
def unindexed(deployment: Deployment) -> Iterator[None]:
    yield from simulated(deployment, "pinecone", {"unindexed": True}, {"unindexed": False})


@fault(
    name="aura-vectors-few-lists-searched",
    breaks="the index is an approximate one that looks into one of its 256 lists: quick, and half is not found",
    fails=[LINE],
    message=r"index \S+ with 10000 vectors of this run: recall at 5 is 0\.[2-8]\d* ratio, want >= 0\.95",
    touches=[INDEX, SEARCHES],
    hard=True,
)
def few_lists_searched(deployment: Deployment) -> Iterator[None]:
    yield from simulated(deployment, "pinecone", {"lists": 256, "probes": 1}, {"lists": 0, "probes": 1})


@fault(
    name="aura-vectors-lost",
    breaks="every tenth vector is acknowledged and not stored",
    fails=[LINE],
    message=r"vectors is (8[89]|9[012])\d\d, want == 10000",
    touches=[INDEX, SEARCHES],
    hard=True,
)
def lost(deployment: Deployment) -> Iterator[None]:
    yield from simulated(deployment, "pinecone", {"lost_upserts": 0.1}, {"lost_upserts": 0})
