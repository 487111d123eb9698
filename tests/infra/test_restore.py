"""The database's backups are really restored, and compared with the source."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from fixtures.aws.rds import Database
from fixtures.aws.restores import Restores
from fixtures.ci.checkout import Checkout
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from golive.target.release import deployed_at
from golive.verdict import NotConfigured
from tests.judges.restore import (
    all_differences,
    guide_problems,
    matching_percent,
    no_copy,
    read_guide,
    structure_problems,
    table_problems,
    wrong_markers,
)

HOURS = 4 * 3600
"""What a restore may take on a real deployment, its end included."""


@verifies("AURA-6.1.1.2")
@pytest.mark.writes(or_record=True)
@pytest.mark.timeout(HOURS)
def test_database_goes_back_to_any_recent_moment(line: Line, restores: Restores) -> None:
    drill = restores.to_a_moment()
    facts = drill.facts
    conclude(no_copy(facts))
    assert facts.lag_minutes is not None
    wrong = wrong_markers(facts)
    conclude(
        [
            line.limit("restorable_lag").problem(facts.lag_minutes, of=facts.source, hint=f"Seen in {drill}"),
            *wrong,
            line.limit("wrong_rows").problem(len(wrong), of=facts.source, hint=f"Seen in {drill}"),
            *all_differences(facts),
        ]
    )


@verifies("AURA-6.1.1.4")
@pytest.mark.writes(or_record=True)
@pytest.mark.timeout(HOURS)
def test_newest_backup_restores_to_the_source(line: Line, rds: Database, restores: Restores) -> None:
    snapshots = rds.writer.automated_snapshots.or_none()
    assert snapshots, f"{rds.writer}: has no finished automated snapshot to restore"
    drill = restores.of(snapshots[0])
    facts = drill.facts
    age = (datetime.now(UTC) - drill.finished) / timedelta(days=1)
    conclude(no_copy(facts))
    assert facts.minutes is not None
    conclude(
        [
            line.limit("last_restore_age").problem(max(0.0, age), of=facts.source, hint=f"Seen in {drill}"),
            *table_problems(facts),
            line.limit("tables_matching").problem(matching_percent(facts), of=f"copy of {facts.source}"),
            *structure_problems(facts),
            line.limit("restore_time").problem(facts.minutes, of=facts.source, hint=f"Seen in {drill}"),
        ]
    )


@verifies("AURA-12.5.3")
@pytest.mark.writes(or_record=True)
@pytest.mark.timeout(HOURS)
def test_database_goes_back_to_before_the_release(
    line: Line, rds: Database, restores: Restores, target: ProductTarget
) -> None:
    writer, problems = rds.writer, []
    deployed = deployed_at(target.release, line.product)
    path = restores.settings.guide
    if path is None:
        raise NotConfigured(f"the target has no {line.product}.aws.rds.restore.guide", "Name the page in the checkout")
    window = writer.restore_window
    if window is None:
        problems.append(f"{writer}: has no automated backups, so it can't go back to before the release")
    else:
        inside = window[0] < deployed < window[1]
        reach = f"The window is {_minute(window[0])} to {_minute(window[1])}, the release of {_minute(deployed)}"
        problems.append(line.limit("deployments_outside_window").problem(0 if inside else 1, of=writer, hint=reach))
    page = Checkout(configured(target.source, f"{line.product}.source")).text(path)
    guide = read_guide(page)
    problems += guide_problems(guide, path)
    conclude(problems)
    drill = restores.to_a_moment()
    facts = drill.facts
    conclude(no_copy(facts))
    assert facts.minutes is not None
    problems.append(line.limit("restore_time").problem(facts.minutes, of=facts.source, hint=f"Seen in {drill}"))
    if guide.minutes is not None and facts.minutes > guide.minutes:
        problems.append(
            f"{path} promises a restore in {guide.minutes:g} min, it took {facts.minutes:.1f} min in {drill}"
        )
    if writer.status != "available":
        problems.append(f"{writer}: is {writer.status} after a restore to another instance")
    conclude(problems)


def _minute(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
