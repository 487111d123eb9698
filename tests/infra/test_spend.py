"""What is spent stays inside the budget, and somebody hears when it does not."""

from __future__ import annotations

from calendar import monthrange
from datetime import datetime

from fixtures.aws.budgets import Budget
from fixtures.aws.costs import Costs
from fixtures.metrics.plugin import SeriesReader
from fixtures.providers.elevenlabs import ElevenLabsAccount, Subscription
from fixtures.spending import cost_of_a_day
from fixtures.terraform import Infrastructure
from golive import clock
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target.providers import ProviderSpending, Spending
from golive.verdict import NotConfigured
from tests.judges.spending import alerts_at, projected, ratios


@verifies("SEI-5.1.2.1.4")
def test_spend_stays_inside_the_budget(
    line: Line,
    infrastructure: Infrastructure,
    costs: Costs,
    budget: Budget,
    spending: Spending,
    elevenlabs: ElevenLabsAccount,
    metrics: SeriesReader,
) -> None:
    now = clock.now()
    hint = f"{costs.forecast:.0f} of {budget.limit:.0f} {budget.currency} this month"
    of_budget = line.limit("forecast_of_budget")
    problems = [of_budget.problem(100 * costs.forecast / budget.limit, of=budget, hint=hint)]
    problems += [f"{budget}: it leaves costs out, it counts only {budget.filters}"] if budget.filters else []
    problems += _by_service(line, infrastructure, costs, budget, now)
    problems += _third_parties(line, spending, elevenlabs, metrics, now)
    problems.append(line.limit("data_lag").problem(costs.lag(now), of=costs, hint="Cost Explorer stands still"))
    if spending.tag is None:
        raise NotConfigured(f"the target has no {line.product}.spending.tag", "Name the cost allocation tag")
    share, without = costs.tagged(spending.tag)
    named = ", ".join(f"{service} {amount:.0f}" for service, amount in sorted(without.items()))
    problems.append(line.limit("tagged_spend").problem(share, of=costs, hint=f"Without {spending.tag}: {named}"))
    conclude([*problems, *_alerts(line, budget)])


def _by_service(
    line: Line, infrastructure: Infrastructure, costs: Costs, budget: Budget, now: datetime
) -> list[str | None]:
    limit = line.limit("service_to_estimate")
    found = ratios(costs.daily_by_service, infrastructure.estimate.by_service, budget.limit, now.date())
    hint = "See what changed there, or estimate and approve it anew"
    return [limit.problem(ratio, of=service, hint=hint) for service, ratio in sorted(found.items())]


def _third_parties(
    line: Line, spending: Spending, elevenlabs: ElevenLabsAccount, metrics: SeriesReader, now: datetime
) -> list[str | None]:
    """Each against its own budget: what is cheap at one pays for nothing at another."""
    if elevenlabs.word not in spending.providers:
        raise NotConfigured(f"the target has no {line.product}.spending.providers.{elevenlabs.word}", "Add it")
    days, found = monthrange(now.year, now.month)[1], []
    for name, settings in sorted(spending.providers.items()):
        if name == elevenlabs.word:
            month = _voices(elevenlabs, settings, now)
        else:
            month = cost_of_a_day(metrics, name, settings) * days
        observed(name, "this month's cost as it goes on", month, source="projected", unit="USD")
        hint = f"{month:.0f} of {settings.monthly_budget:.0f} USD this month"
        found.append(
            line.limit("forecast_of_budget").problem(100 * month / settings.monthly_budget, of=name, hint=hint)
        )
    return found


def _voices(elevenlabs: ElevenLabsAccount, settings: ProviderSpending, now: datetime) -> float:
    if settings.price_per_1000 is None:
        raise NotConfigured("the target has no price_per_1000 for elevenlabs", "Add what 1,000 characters cost")
    told = Subscription(elevenlabs, elevenlabs.trial())
    return projected(told.used, told.resets, now) / 1000 * settings.price_per_1000


def _alerts(line: Line, budget: Budget) -> list[str | None]:
    heard = [(n.kind, n.percent, n.receivers) for n in budget.notifications]
    deaf = [why for n in budget.notifications for why in n.silent]
    found: list[str | None] = []
    for word in ("early_alert", "full_alert"):
        limit = line.limit(word)
        at = next((percent for _, percent, _ in heard if alerts_at(percent, heard) and limit.admits(percent)), 0.0)
        why = f" ({'; '.join(deaf)})" if deaf else ""
        hint = f"No alert at {limit.value} percent of what is really spent reaches anybody{why}"
        found.append(limit.problem(at, of=budget, hint=hint))
    return found
