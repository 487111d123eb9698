"""A rollback keeps what was committed before it, and what was acknowledged while it went on."""

from __future__ import annotations

import pytest

from fixtures.api.client import ApiClient
from fixtures.aws.account import Account
from fixtures.aws.buckets import Bucket
from fixtures.aws.ecs import Cluster
from fixtures.aws.restores import Restores
from fixtures.aws.rollouts import Rollouts
from fixtures.drills.rollback import KIND, Rollback, RollbackFacts
from fixtures.redis import Topology
from golive.catalogue import Line
from golive.drill import Drills
from golive.judging import conclude
from golive.observation import Found
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from tests.judges.rollback_data import rollback_problems


@verifies("AURA-12.5.2")
@pytest.mark.disrupts(or_record=True)
@pytest.mark.timeout(4 * 3600)
def test_rollback_keeps_every_committed_row(
    line: Line, aws: Account, ecs: Cluster, restores: Restores, api: ApiClient, buckets: Found[Bucket],
    redis_topology: Topology, target: ProductTarget, drills: Drills,
) -> None:  # fmt: skip
    def perform() -> RollbackFacts:
        settings = configured(target.drills, f"{line.product}.drills")
        versions = configured(settings.versions, f"{line.product}.drills.versions")
        rollouts = Rollouts.of(aws, ecs, versions)
        return Rollback(rollouts, restores.restorer, api, next(iter(buckets)), redis_topology).perform()

    drill = drills.performed_or_recorded(KIND, RollbackFacts, perform)
    conclude(rollback_problems(line, drill.facts, str(drill)))
