"""Connections to Redis: few, shared, and soon there again."""

from __future__ import annotations

import pytest

from fixtures.api import ApiClient
from fixtures.redis import Topology
from fixtures.redis.pools import PoolFacts, Pools
from golive.catalogue import Line
from golive.drill import Drills
from golive.judging import conclude
from golive.plugin import verifies
from tests.judges.pools import pool_problems


@verifies("SEI-1.1.1.4.4")
@pytest.mark.disrupts(or_record=True)
@pytest.mark.timeout(300)
def test_connections_to_redis_are_pooled_and_come_back(
    line: Line, redis_topology: Topology, api: ApiClient, drills: Drills
) -> None:
    def perform() -> PoolFacts:
        size, width = (int(float(str(line.limit(name).value))) for name in ("requests", "concurrency"))
        return Pools(redis_topology, api, size, width, float(str(line.limit("recovery").value))).perform()

    drill = drills.performed_or_recorded("redis-pools", PoolFacts, perform)
    conclude(pool_problems(line, drill.facts))
