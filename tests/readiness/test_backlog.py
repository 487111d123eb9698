"""People rate what is open each week, and mend what users stumble over."""

from __future__ import annotations

from datetime import timedelta

from fixtures.ci.defects import Defects
from fixtures.ci.forge import Forge
from fixtures.parallel import each
from golive import clock
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import Found
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.release import launched_at
from tests.judges.backlog import DAY, days_to_rate, plan_problem, unrated, weeks_since
from tests.readiness.shipping import unfixed

LOOKED_BACK = timedelta(days=60)
"""How old a change of priority may be to be found."""


@verifies("AURA-11.2.1.5")
def test_the_backlog_is_rated_each_week(line: Line, forge: Forge) -> None:
    issues, now = Defects(forge), clock.now()
    remedy = "A backlog without an issue can't show that it is looked after: record what is planned as issues"
    known = Found(f"open {issues}", issues.open(), source="GET /issues", remedy=remedy)
    without = unrated(known, now)
    recent = [i for i in known if i.updated and now - i.updated < LOOKED_BACK]
    changes = [at for found in each(issues.prioritised, recent) for at in found]
    hint = ", ".join(map(str, without[:5]))
    problems = [line.limit("without_priority").problem(len(without), of=f"open {issues}", hint=hint)]
    if changes:
        age = (now - max(changes)) / DAY
        problems.append(line.limit("last_change_age").problem(age, of=f"{issues}, last priority given by a person"))
    else:
        problems.append(f"no person changed a priority in {issues} in the last {LOOKED_BACK.days} days")
    conclude([*problems, plan_problem(issues.plans(), now.date())])


@verifies("AURA-11.1.2.5")
def test_what_users_stumble_over_is_mended(line: Line, target: ProductTarget, forge: Forge) -> None:
    issues, now = Defects(forge), clock.now()
    since = launched_at(target.release, line.product)
    label = issues.settings.usability
    remedy = "Give the issues that users' feedback led to this label, or correct [PRODUCT.ci.issues] usability"
    known = Found(
        f"{issues} with the label {label}", issues.labelled(label, since), source="GET /issues", remedy=remedy
    )
    limit, problems, shipped = line.limit("triage_time"), list[str | None](), 0
    for issue in known:
        rated = issues.prioritised(issue)
        state = "" if rated else ", which nobody has given a priority"
        problems.append(limit.problem(days_to_rate(issue, rated, now), of=f"{issue}{state}"))
        if issue.closed is not None:
            wrong = unfixed(forge, issues, issue, target.release.commit)
            problems.append(wrong)
            shipped += wrong is None
    weeks = weeks_since(since, now)
    of = f"{issues} with the label {label} that were mended in {weeks:.1f} weeks"
    problems.append(line.limit("shipped_per_week").problem(shipped / weeks, of=of))
    conclude(problems)
