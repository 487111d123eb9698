"""Defects are known, owned and mended in time, and none that is grave is open in the release."""

from __future__ import annotations

from datetime import timedelta

from fixtures.ci.defects import Defects
from fixtures.ci.forge import Forge
from fixtures.error_tracker import ErrorTracker
from golive import clock
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.release import deployed_at
from tests.judges.defects import grave, hours_open, speaking_of, untracked
from tests.readiness.shipping import unfixed

LOOKED_BACK = timedelta(days=90)
"""How old a defect may be that is looked at."""


@verifies("AURA-13.1.4")
def test_no_critical_defect_is_open(
    line: Line, target: ProductTarget, forge: Forge, error_tracker: ErrorTracker
) -> None:
    deployed = deployed_at(target.release, line.product)
    defects = Defects(forge)
    known = defects.open()
    fatal = error_tracker.fatal_groups(deployed)
    spoken = speaking_of(known, fatal)
    found = grave(known, defects.settings.blocking)
    for group, title in fatal.items():
        issue = spoken.get(group)
        told = f"{issue} speaks of it with {issue.severity or 'no severity'}" if issue else "no issue speaks of it"
        found.append(f"'{title}' is fatal and unresolved in {error_tracker}; {told}")
    line.limit("critical").require(len(found), of=f"{target.release}", hint="; ".join(found))


@verifies("AURA-11.1.2.3")
def test_defects_are_mended_in_time(line: Line, target: ProductTarget, forge: Forge) -> None:
    defects, now = Defects(forge), clock.now()
    known = defects.reported(now - LOOKED_BACK)
    alone = [defect for defect in known if not defect.assigned]
    hint = ", ".join(map(str, alone))
    of = f"{len(known)} {defects}"
    problems: list[str | None] = [line.limit("unassigned").problem(len(alone), of=of, hint=hint), *untracked(known)]
    limits = {"critical": (line.limit("critical_fix_time"), 1.0), "high": (line.limit("high_fix_time"), 24.0)}
    for defect in known:
        if defect.severity in limits:
            limit, hours = limits[defect.severity]
            state = "closed" if defect.closed else "open"
            of = f"{defect}, {defect.severity} and {state}"
            problems.append(limit.problem(hours_open(defect, now) / hours, of=of))
            problems.append(unfixed(forge, defects, defect, target.release.commit) if defect.closed else None)
    conclude(problems)
