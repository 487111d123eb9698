"""After a rollback everything that was committed is there once, is its tenant's, and fits together."""

from __future__ import annotations

import pytest

from fixtures.api.client import ApiClient
from fixtures.aws.account import Account
from fixtures.aws.ecs import Cluster
from fixtures.aws.rollouts import Rollouts
from fixtures.drills.consistency import KIND, ConsistencyFacts, TenantsRollback
from fixtures.postgres import Database
from golive.catalogue import Line
from golive.drill import Drills
from golive.judging import conclude
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from tests.judges.consistency import consistency_problems, unseen
from tests.tenancy.guarded import guarded


@verifies("SEI-4.2.1.2.2")
@pytest.mark.disrupts(or_record=True)
@pytest.mark.timeout(4 * 3600)
def test_rollback_leaves_tenants_data_whole(
    line: Line, aws: Account, ecs: Cluster, api: ApiClient, database: Database, app_database: Database,
    all_rows: Database, target: ProductTarget, drills: Drills,
) -> None:  # fmt: skip
    def perform() -> ConsistencyFacts:
        settings = configured(target.drills, f"{line.product}.drills")
        postgres = configured(target.postgres, f"{line.product}.postgres")
        rollouts = Rollouts.of(aws, ecs, configured(settings.versions, f"{line.product}.drills.versions"))
        role = str(app_database.value("select current_user::text as u", name="role of the application"))

        def unguarded() -> list[str]:
            wrong = guarded(database, postgres, role).wrong
            return [sentence for sentences in wrong.values() for sentence in sentences]

        tenancy = configured(target.tenancy, f"{line.product}.tenancy")
        drill = TenantsRollback(rollouts, api, all_rows, app_database, postgres, tenancy, unguarded)
        return drill.perform()

    drill = drills.performed_or_recorded(KIND, ConsistencyFacts, perform)
    conclude(consistency_problems(line, drill.facts, str(drill)))
    unseen(drill.facts)
