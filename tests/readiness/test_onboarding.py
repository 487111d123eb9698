"""Newcomers get through: those of today as those before, and nearly all who begin."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import cycle, islice

import pytest

from fixtures.api import ApiClient
from fixtures.parallel import each
from fixtures.postgres import Database
from fixtures.tenancy.creation import creation
from fixtures.tenancy.onboarding import failed, steps, told, waiting
from fixtures.tenancy.provisioning import Made, made_ready
from golive import clock
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from golive.target.release import deployed_at
from golive.verdict import NotConfigured, Unobservable
from tests.judges import onboarding as judge
from tests.judges.provisioning import unready

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
TOLD_WITHIN = 15.0
"""Seconds in which the product's events must tell of a step."""


@verifies("SEI-3.2.2.1.3")
@pytest.mark.writes
@pytest.mark.timeout(2400)
def test_newcomers_of_today_get_through_as_those_before(
    line: Line, target: ProductTarget, api: ApiClient, all_rows: Database
) -> None:
    settings = configured(target.onboarding, f"{line.product}.onboarding")
    deployed, now, settled = deployed_at(target.release, line.product), clock.now(), settings.settled * MINUTE
    first = deployed - settings.baseline_days * DAY
    known = judge.journeys(steps(all_rows, settings, first), settings.steps)
    cohorts = {
        "since the deployment": judge.begun_between(known, deployed, now - settled),
        "before it": judge.begun_between(known, first, deployed - settled),
    }
    for when, cohort in cohorts.items():
        if len(cohort) < settings.fewest:
            raise Unobservable(
                f"{len(cohort)} organisations began {when} and had {settings.settled:g} min, want {settings.fewest}",
                "Verify when more have come, or see [PRODUCT.onboarding]",
            )
    today, before = (judge.funnel(cohort, settings.steps, settled) for cohort in cohorts.values())
    observed(all_rows, "funnels", {"since the deployment": today, "before it": before}, source="SQL")
    limit, late = line.limit("stuck_above"), waiting(all_rows, settings)
    assert isinstance(limit.value, (int, float))
    stuck = {tenant: minutes for tenant, minutes in late.items() if minutes > limit.value}
    jobs = failed(all_rows, settings, deployed)
    made, missing = _synthetic(target, line, api, all_rows, 1)
    conclude(
        [
            *(
                line.limit("conversion_to_baseline").problem(
                    round(ratio, 3), of=f"step {step}: {share:.0%} of {len(cohorts['since the deployment'])} newcomers"
                    f" since the deployment take it, {usual:.0%} before", hint="Which of them do not? Ask the events",
                )
                for step, (share, usual, ratio) in judge.fallen(today, before).items()
            ),
            line.limit("stuck_tenants").problem(
                len(stuck), of="making tenants ready",
                hint=", ".join(f"tenant {tenant[:8]} waits for {minutes:g} min" for tenant, minutes in stuck.items()),
            ),
            line.limit("failed_jobs").problem(len(jobs), of="making tenants ready", hint="; ".join(jobs[:5])),
            *made,
            *missing,
        ]
    )  # fmt: skip


@verifies("SEI-5.2.1.1.2")
@pytest.mark.writes
@pytest.mark.timeout(2400)
def test_nearly_all_who_begin_get_through(
    line: Line, target: ProductTarget, api: ApiClient, all_rows: Database
) -> None:
    settings = configured(target.onboarding, f"{line.product}.onboarding")
    days, hours, fewest = (line.limit(n).value for n in ("window", "completion", "starters"))
    assert isinstance(days, (int, float))
    assert isinstance(hours, (int, float))
    assert isinstance(fewest, (int, float))
    now, time = clock.now(), timedelta(hours=hours)
    known = judge.journeys(steps(all_rows, settings, now - days * DAY), settings.steps)
    cohort = judge.begun_between(known, now - days * DAY, now - time)
    counts = judge.funnel(cohort, settings.steps, time)
    observed(all_rows, f"of those who began, within {hours:g} h", counts, source="SQL", unit="organisations")
    if len(cohort) < fewest:
        runs = line.limit("synthetic_runs")
        observed(all_rows, "judged by", f"synthetic runs: {len(cohort)} organisations are too few", source="SQL")
        wrong, _ = _synthetic(target, line, api, all_rows, int(runs.value))  # type: ignore[arg-type]
        conclude([*wrong, line.limit("synthetic_failures").problem(len(wrong), of=f"{runs.value:g} synthetic runs")])
        return
    through = counts[settings.steps[-1]]
    line.limit("success_rate").require(
        round(100 * through / len(cohort), 2),
        of=f"{through} of {len(cohort)} organisations that began in {days:g} days",
        hint=f"{judge.most_lost(counts)}; steps: {', '.join(f'{step} {n}' for step, n in counts.items())}",
    )


def _synthetic(
    target: ProductTarget, line: Line, api: ApiClient, all_rows: Database, runs: int
) -> tuple[Sequence[str], Sequence[str]]:
    """Have so many synthetic organisations made on all plans in turn and do their first work, and remove them.

    Returns:
        What went wrong with one, and what the product's events do not tell of the others.
    """
    tenancy = configured(target.tenancy, f"{line.product}.tenancy")
    settings = configured(target.onboarding, f"{line.product}.onboarding")
    described = configured(tenancy.provisioning, f"{line.product}.tenancy.provisioning")
    if not tenancy.plans:
        raise NotConfigured(f"the target has no {line.product}.tenancy.plans", "Name the plans that tenants are on")
    with creation(api, "newcomer") as maker:
        api.token(maker.boss)
        plans = islice(cycle(tenancy.plans), runs)
        made: list[Made] = each(lambda plan: made_ready(maker, plan, tenancy.ready, described.patience), plans)
        through = [m.tenant for m in made if m.minutes is not None]
        missing = {tenant: told(all_rows, settings, tenant, TOLD_WITHIN) for tenant in through}
    untold = [
        f"a synthetic organisation did all, and the events do not have its {', '.join(those)}: the funnel is blind"
        for those in missing.values()
        if those
    ]
    return unready(made, described.patience), untold
