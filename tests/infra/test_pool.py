"""Connections to PostgreSQL: few, shared, given back, and soon there again."""

from __future__ import annotations

import pytest

from fixtures.api import ApiClient
from fixtures.postgres import Database
from fixtures.postgres.pool import PoolDrill, PoolFacts
from golive.catalogue import Line
from golive.drill import Drills
from golive.judging import conclude
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from tests.judges.database_pool import database_pool_problems


@verifies("AURA-5.1.2.2")
@pytest.mark.disrupts(or_record=True)
def test_database_connections_are_pooled_bounded_and_returned(
    line: Line, target: ProductTarget, database: Database, app_database: Database, api: ApiClient, drills: Drills
) -> None:
    settings = configured(target.postgres, f"{line.product}.postgres")

    def perform() -> PoolFacts:
        return PoolDrill(database, app_database, api, settings).perform(int(str(line.limit("parallel_requests").value)))

    drill = drills.performed_or_recorded("database-pool", PoolFacts, perform)
    conclude(database_pool_problems(line, drill.facts, drill.source))
