"""All data stores are recovered regularly, and within the promised times."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fixtures.api.client import ApiClient
from fixtures.aws.account import Account
from fixtures.aws.rds import Database
from fixtures.aws.restores import Restores
from fixtures.aws.trail import Trail
from fixtures.drills.recovered import KIND as WHOLE
from fixtures.drills.recovered import RecoveredFacts, Recovery
from fixtures.drills.recovery import KIND, RecoveryFacts, recover, traces
from fixtures.redis import Topology
from fixtures.redis.snapshot import SnapshotRestore
from golive.catalogue import Line
from golive.drill import Drill, Drills
from golive.judging import conclude
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.verdict import Unverified
from tests.judges.recovered import recovered_problems
from tests.judges.recovery_drill import recovery_problems, trace_problems


@verifies("AURA-11.2.2.4")
@pytest.mark.writes(or_record=True)
@pytest.mark.timeout(4 * 3600)
def test_all_stores_are_recovered_within_the_promised_times(
    line: Line,
    rds: Database,
    restores: Restores,
    redis_topology: Topology,
    aws: Account,
    cloudtrail: Trail,
    drills: Drills,
) -> None:
    recorded = _recorded(drills)
    if recorded:
        facts, finished = recorded.facts, recorded.finished
        conclude(trace_problems(facts, traces(cloudtrail, facts, finished), recorded.source))
        problems = recovery_problems(line, facts, finished, datetime.now(UTC))
        if not any(problems):
            return
    snapshots = rds.writer.automated_snapshots.or_none()
    assert snapshots, f"{rds.writer}: has no finished automated snapshot to recover from"
    redis = SnapshotRestore(redis_topology, aws)
    drill = drills.performed_or_recorded(KIND, RecoveryFacts, lambda: recover(restores, snapshots[0], redis))
    conclude(recovery_problems(line, drill.facts, drill.finished, datetime.now(UTC)))


def _recorded(drills: Drills) -> Drill[RecoveryFacts] | None:
    """The newest record that is young enough; None where there is none, and the drill is for now."""
    try:
        return drills.recorded(KIND, RecoveryFacts)
    except Unverified:
        return None


@verifies("AURA-6.1.2.5")
@pytest.mark.disrupts(or_record=True)
@pytest.mark.timeout(4 * 3600)
def test_whole_state_is_recovered_and_the_api_works_on_it(
    line: Line,
    rds: Database,
    restores: Restores,
    redis_topology: Topology,
    aws: Account,
    api: ApiClient,
    target: ProductTarget,
    drills: Drills,
) -> None:
    def perform() -> RecoveredFacts:
        snapshots = rds.writer.automated_snapshots.or_none()
        assert snapshots, f"{rds.writer}: has no finished automated snapshot to recover from"
        return Recovery(target, restores, SnapshotRestore(redis_topology, aws), api, aws).perform(snapshots[0])

    drill = drills.performed_or_recorded(WHOLE, RecoveredFacts, perform)
    conclude(recovered_problems(line, drill.facts, str(drill)))
