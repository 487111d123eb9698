"""Redis without its primary: how long, at what loss, and whether everything finds the new one."""

from __future__ import annotations

import pytest

from fixtures.api import ApiClient
from fixtures.redis.failover import Failover, FailoverFacts
from fixtures.redis.topology import Topology
from golive.catalogue import Line
from golive.drill import Drills
from golive.judging import conclude
from golive.plugin import verifies
from tests.judges.failover import failover_problems


@verifies("SEI-1.1.1.4.2")
@pytest.mark.disrupts(or_record=True)
@pytest.mark.timeout(900)
def test_losing_the_redis_primary_heals_by_itself(
    line: Line, redis_topology: Topology, api: ApiClient, drills: Drills
) -> None:
    limit = float(str(line.limit("new_primary").value))
    drill = drills.performed_or_recorded(
        "redis-failover", FailoverFacts, lambda: Failover(redis_topology, api, limit).perform()
    )
    conclude(failover_problems(line, drill.facts, limit))
