"""Whoever can run up a bill has a limit, and somebody hears before it is reached."""

from __future__ import annotations

from fixtures.aws.account import Account
from fixtures.aws.alarms import Alarm
from fixtures.aws.budgets import Budget
from fixtures.aws.errors import Absent
from fixtures.aws.topics import Topic
from fixtures.metrics.plugin import SeriesReader
from fixtures.spending import cost_of_a_day
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.providers import ProviderSpending, Spending
from golive.verdict import NotConfigured
from tests.judges.spending import watches

PAID = ("openai", "pinecone", "translation", "elevenlabs")
DAYS = 30
"""Of a month, for a day's share of its budget."""


@verifies("AURA-1.1.3.6")
def test_each_paid_account_has_a_limit_that_somebody_hears_of(
    line: Line, target: ProductTarget, spending: Spending, budget: Budget, aws: Account, metrics: SeriesReader
) -> None:
    problems = {"AWS": _aws(line, budget)}
    for name in PAID:
        if getattr(target, name) is None:
            continue
        if name not in spending.providers:
            key = f"{line.product}.spending.providers.{name}"
            raise NotConfigured(f"the target has no [{key}]", "Say what it may cost and which alarm watches it")
        problems[name] = _third_party(line, name, spending.providers[name], aws, metrics)
    deaf = sorted(name for name, found in problems.items() if any(found))
    observed("paid accounts", "with a limit that is heard", sorted(problems), source="target")
    conclude(
        [
            line.limit("accounts_without_notification").problem(len(deaf), of="paid accounts", hint=", ".join(deaf)),
            *(problem for found in problems.values() for problem in found),
        ]
    )


def _aws(line: Line, budget: Budget) -> list[str | None]:
    """One alert of what is really spent, in time, that reaches somebody."""
    try:
        alerts = [n for n in budget.notifications if n.kind == "ACTUAL"] if budget.limit > 0 else []
    except Absent as absence:
        return [str(absence)]
    limit = line.limit("notification_threshold")
    if any(n.receivers and limit.admits(n.percent) for n in alerts):
        return []
    if not alerts:
        others = ", ".join(map(str, budget.notifications)) or "none"
        return [f"{budget}: has no alert of what is really spent; its alerts: {others}"]
    heard = [n for n in alerts if n.receivers]
    silent = [why for n in alerts for why in n.silent]
    if not heard:
        return [f"{budget}: its alerts reach nobody. {'; '.join(silent) or 'They have no subscriber'}"]
    return [limit.problem(min(n.percent for n in heard), of=budget, hint="It comes when the money is spent")]


def _third_party(
    line: Line, name: str, settings: ProviderSpending, aws: Account, metrics: SeriesReader
) -> list[str | None]:
    """The product counts what it spends there, and an alarm on that reaches somebody."""
    if settings.alarm is None or settings.series is None:
        missing = "alarm" if settings.alarm is None else "series"
        raise NotConfigured(f"the target has no {line.product}.spending.providers.{name}.{missing}", "Add it")
    cost_of_a_day(metrics, name, settings)
    alarm = Alarm(aws, settings.alarm)
    try:
        rule, actions = alarm.rule, alarm.actions
    except Absent as absence:
        return [f"{name}: {absence}"]
    found: list[str | None] = [
        f"{name}: {alarm} {why}" for why in watches(rule, metrics.settings.series[settings.series])
    ]
    if found:
        return found
    percent = 100 * float(rule["Threshold"]) * DAYS / settings.monthly_budget
    hint = f"It goes off at {rule['Threshold']:g} USD a day of {settings.monthly_budget / DAYS:.0f}"
    found.append(line.limit("notification_threshold").problem(percent, of=f"{name}: {alarm}", hint=hint))
    if not alarm.actions_enabled:
        found.append(f"{name}: {alarm}: its actions are switched off")
    topics = [Topic(aws, arn) for arn in actions if ":sns:" in arn]
    if not any(topic.confirmed for topic in topics):
        found.append(
            f"{name}: {alarm} tells nobody: {', '.join(map(str, topics)) or 'it has no topic'}, none confirmed"
        )
    return found
