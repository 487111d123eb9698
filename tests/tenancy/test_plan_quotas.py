"""What a plan allows a tenant is what it gets, over all instances, and begins anew with each month."""

from __future__ import annotations

import pytest

from fixtures.api import ApiClient
from fixtures.postgres import Database
from fixtures.tenancy.plan import Plan, neighbour_served, plan_of, reasons
from fixtures.tenancy.temporary import temporary_tenant
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from golive.target.stores import Postgres
from golive.verdict import NotConfigured
from tests.judges.plan_quotas import Spent, error, problems

HINT = "Count and add in one transaction that holds the tenant's row; count in the database, not in the process"


@verifies("SEI-2.2.1.1.2")
@pytest.mark.writes
@pytest.mark.timeout(240)
def test_quotas_admit_exactly_what_a_plan_allows(
    line: Line, target: ProductTarget, api: ApiClient, app_database: Database
) -> None:
    tenancy = configured(target.tenancy, f"{line.product}.tenancy")
    settings = configured(target.postgres, f"{line.product}.postgres")
    if not (monthly := [word for word, quota in tenancy.quotas.items() if quota.period]):
        raise NotConfigured(f"no quota in {line.product}.tenancy.quotas has a period", "Give one its period")
    refusals = tuple(int(line.limit(name).value) for name in ("plan_status", "rate_status"))  # type: ignore[arg-type]
    more = int(line.limit("requests_over_quota").value)  # type: ignore[arg-type]
    with temporary_tenant(api) as tenant:
        plan = plan_of(tenant, tenancy)
        spents = [_spend(plan, word, more) for word in tenancy.quotas]
        bothered = neighbour_served(api)
        found = [problem for spent in spents for problem in problems(spent, refusals)]
        raised = [] if found else _raised(line, plan)
        reset = [] if found else _reset(plan, monthly[0], app_database, settings)
    conclude(
        [
            *found,
            *raised,
            *reset,
            *bothered,
            line.limit("quota_error").problem(error(spents), of=f"{len(spents)} quotas", hint=HINT),
            line.limit("affected_neighbours").problem(len(bothered), of=api),
            line.limit("requests_over_quota").problem(more, of="each quota"),
        ]
    )


def _spend(plan: Plan, word: str, more: int) -> Spent:
    """Give a quota, and ask for what it leaves and `more` besides."""
    before = plan.used(word)
    most = plan.tenancy.quotas[word].most
    most = before + most if most else 0
    plan.give_only(word, most)
    answers = plan.use(word, most - before + more if most else more)
    told = plan.used(word)
    return Spent(plan.called(word), most, before, tuple(a.status for a in answers), told, reasons(answers))


def _raised(line: Line, plan: Plan) -> list[str | None]:
    """Give one more of each quota, and see when it takes effect."""
    limit, found = line.limit("raise_effect"), list[str | None]()
    for word in plan.tenancy.quotas:
        plan.give_only(word, plan.used(word) + 1)
        waited = plan.seconds_to_effect(word, float(limit.value))  # type: ignore[arg-type]
        found.append(
            f"a tenant was given one more of {word}, and is refused it for {limit.value} s"
            if waited is None
            else limit.problem(waited, of=word)
        )
    return found


def _reset(plan: Plan, word: str, application: Database, settings: Postgres) -> list[str]:
    """Use a quota of a month up, have the month pass, and use one again."""
    plan.give_only(word, max(plan.used(word), 1))
    if (over := plan.use(word, 1)[0]).status < 300:
        return [f"a quota of {word} that is used up admits one more: {over.status}"]
    plan.next_month(word, application, settings)
    if (again := plan.use(word, 1)[0]).status >= 300:
        return [f"the quota of {word} does not begin anew with the month: {again.status}"]
    return []
