"""The replicas: they follow the primary, shown by a row that is written and seen to arrive."""

from __future__ import annotations

import pytest

from fixtures.postgres import Database
from fixtures.postgres.replication import arrivals
from fixtures.postgres.vitals import Vitals
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import Found
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from tests.judges.replicas import following, replica_problem
from tests.judges.vitals import replication_problems

PATIENCE = 3
"""How many times the delay that is allowed is waited for."""


@verifies("AURA-1.1.2.4")
@pytest.mark.writes
def test_replicas_follow_the_primary(
    line: Line,
    target: ProductTarget,
    database: Database,
    app_database: Database,
    replicas: Found[Database],
    request: pytest.FixtureRequest,
) -> None:
    marker = configured(
        configured(target.postgres, f"{line.product}.postgres").marker, f"{line.product}.postgres.marker"
    )
    delay = line.limit("replication_delay")
    assert isinstance(delay.value, (int, float))
    patience = PATIENCE * delay.value
    seen = arrivals(marker, app_database, list(replicas), patience)
    problems = [replica_problem(a, patience) for a in seen]
    problems += [delay.problem(a.seconds, of=a.replica) for a in seen if a.seconds is not None]
    problems.append(line.limit("replicas").problem(following(seen), of="replicas that show what the primary holds"))
    problems += replication_problems(Vitals(database).replication, len(replicas))
    if target.aws and target.aws.rds:
        rds = request.getfixturevalue("rds")
        writer, listed = rds.writer, set(rds.writer.replicas)
        problems.append(line.limit("replicas").problem(len(listed), of=f"replicas that AWS lists of {writer}"))
        for replica in rds.replicas:
            if replica.name not in listed:
                problems.append(f"{replica}: is no replica of {writer}, says AWS")
            elif replica.status != "available":
                problems.append(f"{replica}: status is {replica.status}, want available")
    conclude(problems)
