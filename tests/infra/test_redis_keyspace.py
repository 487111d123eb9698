"""What lives in Redis, how long, and what goes first when memory runs out."""

from __future__ import annotations

import pytest

from fixtures.documents import Documents
from fixtures.documents.families import families
from fixtures.redis import Store, Topology
from fixtures.redis.keyspace import sample
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from tests.judges.keyspace import outliving, unexpiring


@pytest.fixture
def redis_broker(target: ProductTarget, redis_topology: Topology) -> Store | None:
    """The queue's Redis; None where the product has no queue."""
    if target.celery is None:
        return None
    return Store(target.celery.broker, redis_topology.timeouts, "broker", target.celery.ca_file)


@verifies("SEI-1.1.1.4.3")
def test_cache_keys_expire_and_memory_is_bounded(
    line: Line, redis_primary: Store, redis_broker: Store | None, documents: Documents
) -> None:
    section, place = documents.section("cache_keys"), documents.place("cache_keys")
    known = families(section, place) if section else []
    problems = [] if known else [f"{place} has no table of key families: no key has a documented lifetime"]
    seen = sample(redis_primary, int(float(str(line.limit("sampling_from").value))))
    forever, late = unexpiring(seen.keys, known), outliving(seen.keys, known)
    of = f"{len(seen.keys)} keys of {redis_primary}"
    hint = f"; documented in {place}"
    problems += [
        line.limit("unexpiring_keys").problem(len(forever), of=of, hint="; ".join(forever) + hint),
        line.limit("keys_outside_ttl_range").problem(len(late), of=of, hint="; ".join(late) + hint),
        *(line.limit("max_memory").problem(int(node.info["maxmemory"]), of=node) for node in redis_primary.primaries),
        *(line.limit("cache_eviction").problem(_eviction(node), of=node) for node in redis_primary.primaries),
    ]
    if redis_broker:
        policy = _eviction(redis_broker)
        shared = redis_broker.info["run_id"] in {node.info["run_id"] for node in redis_primary.primaries}
        hint = f"it shares one instance with {redis_primary}: give the queue its own" if shared else ""
        problems.append(line.limit("broker_eviction").problem(policy, of=redis_broker, hint=hint))
        evicted = int(redis_broker.info["evicted_keys"])
        observed(redis_broker, "evicted keys", evicted, source="Redis INFO")
        problems.append(f"{redis_broker}: has evicted {evicted} keys: jobs may be lost" if evicted else None)
    conclude(problems)


def _eviction(store: Store) -> str:
    # Not CONFIG GET, which managed services refuse.
    return observed(store, "eviction policy", str(store.info["maxmemory_policy"]), source="Redis INFO")
