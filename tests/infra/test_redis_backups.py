"""Redis data is saved, and what was saved comes back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fixtures.aws.account import Account
from fixtures.redis import Store, Topology
from fixtures.redis.persistence import save_points
from fixtures.redis.snapshot import RestoreFacts, SnapshotRestore
from golive.catalogue import Line
from golive.drill import Drills
from golive.judging import conclude
from golive.plugin import verifies
from tests.judges.redis_backups import Saving, restore_problems, saving_problems


@verifies("AURA-6.1.2.2")
@pytest.mark.writes(or_record=True)
@pytest.mark.timeout(900)
def test_redis_is_saved_and_its_newest_snapshot_loads(
    line: Line, redis_topology: Topology, redis_primary: Store, aws: Account, drills: Drills
) -> None:
    nodes = redis_topology.nodes or [redis_primary]
    saving = [Saving(str(node), node.info, save_points(node)) for node in nodes]
    restore = SnapshotRestore(redis_topology, aws)
    kept = restore.group.snapshot_retention
    drill = drills.performed_or_recorded("redis-restore", RestoreFacts, restore.perform)
    conclude(
        [
            *saving_problems(line, saving, datetime.now(UTC)),
            None if kept else f"{restore.group}: keeps no snapshots; set SnapshotRetentionLimit",
            *restore_problems(line, drill.facts, drill.finished),
        ]
    )
