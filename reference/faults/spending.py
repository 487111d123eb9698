"""Costs that nobody approved, that exceed the budget, or that nobody would hear of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from reference.amending import amended, changed_records, recorded
from reference.attestations import Desk
from reference.describe.account import data
from reference.describe.attestations import estimate
from reference.faults import fault
from reference.faults.terraform import PRODUCT, file_of, rewritten
from reference.switching import simulated

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRICED, SPENT, LIMITED = "SEI-1.1.1.1.3", "SEI-5.1.2.1.4", "AURA-1.1.3.6"
AURA = "aurastudio"
EARLY, FULL = {"Notification.Threshold": 80}, {"Notification.Threshold": 100}
ESTIMATE = "infracost.json"


@contextmanager
def _approved(deployment: Deployment, change: Callable[[dict[str, Any]], Any]) -> Iterator[None]:
    """Inside the block the estimate is another one, and was approved as it is."""
    path = file_of(deployment, ESTIMATE)
    desk = Desk(deployment.settings, PRODUCT)
    with rewritten(path, change), desk.signing(*estimate(path.parent)):
        yield


def _dearer(factor: float) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def change(found: dict[str, Any]) -> dict[str, Any]:
        for resource in found["projects"][0]["breakdown"]["resources"]:
            resource["monthlyCost"] = f"{float(resource['monthlyCost']) * factor:.2f}"
        found["totalMonthlyCost"] = f"{float(found['totalMonthlyCost']) * factor:.2f}"
        return found

    return change


@fault(
    name="sei-estimate-above-budget",
    breaks="what the plan will cost is more than the budget",
    fails=[PRICED],
    message=r"estimate of budget is 1\d\d\.?\d* percent, want <= 100 percent",
    touches="terraform:estimate",
)
def estimate_above_budget(deployment: Deployment) -> Iterator[None]:
    with _approved(deployment, _dearer(1.7)):
        yield


@fault(
    name="sei-estimate-after-approval",
    breaks="the approval is of an earlier, cheaper estimate",
    fails=[PRICED],
    message=r"record estimate\.toml: its evidence \S*infracost\.json has another hash now",
    touches="terraform:estimate",
    hard=True,
)
def estimate_after_approval(deployment: Deployment) -> Iterator[None]:
    with rewritten(file_of(deployment, ESTIMATE), _dearer(1.1)):
        yield


@fault(
    name="sei-estimate-without-traffic",
    breaks="the estimate was made without usage: what goes through a NAT gateway counts as nothing",
    fails=[PRICED],
    message=r"aws_nat_gateway\.a: Data processed without a usage count as 0",
    touches="terraform:estimate",
    hard=True,
)
def estimate_without_traffic(deployment: Deployment) -> Iterator[None]:
    def unused(found: dict[str, Any]) -> dict[str, Any]:
        for resource in found["projects"][0]["breakdown"]["resources"]:
            for part in resource["costComponents"]:
                if part["name"] == "Data processed":
                    rest = float(resource["monthlyCost"]) - float(part["monthlyCost"])
                    found["totalMonthlyCost"] = f"{float(found['totalMonthlyCost']) - float(part['monthlyCost']):.2f}"
                    resource["monthlyCost"] = f"{rest:.2f}"
                    part |= {"monthlyQuantity": None, "monthlyCost": None}
        return found

    with _approved(deployment, unused):
        yield


@fault(
    name="sei-spend-tripled",
    breaks="the database costs three times what it did",
    fails=[SPENT],
    message=r"Amazon Relational Database Service: service to estimate is [23]\.\d+ ratio, want <= 1\.2 ratio",
    touches="aws:seiketsu:costs:database",
)
def spend_tripled(deployment: Deployment) -> Iterator[None]:
    service = "Amazon Relational Database Service"
    daily = next(c["amount"] for c in data(PRODUCT)["daily_costs"] if c["service"] == service)
    where, now, before = {"service": service}, {"amount": 3 * daily}, {"amount": daily}
    with changed_records(deployment, PRODUCT, "costs", where, now, before):
        yield


@fault(
    name="sei-spend-voices-burst",
    breaks="AWS is in budget while the month's voice characters are used up within two days",
    fails=[SPENT],
    message=r"elevenlabs: forecast of budget is \d+\.?\d* percent, want <= 100 percent .*of 300 USD this month",
    touches="provider:elevenlabs",
    hard=True,
)
def spend_voices_burst(deployment: Deployment) -> Iterator[None]:
    yield from simulated(deployment, "elevenlabs", {"reset_in_seconds": 28 * 86_400}, {"reset_in_seconds": None})


@fault(
    name="sei-spend-untagged",
    breaks="something without the owner's tag costs money",
    fails=[SPENT],
    message=r"tagged spend is 9\d\.?\d* percent, want == 100 percent .*Without owner: Amazon SageMaker \d+",
    touches="aws:seiketsu:costs:untagged",
    hard=True,
)
def spend_untagged(deployment: Deployment) -> Iterator[None]:
    record = {"service": "Amazon SageMaker", "amount": 4.0, "tags": {}}
    with recorded(deployment, PRODUCT, "costs", record, "service"):
        yield


@fault(
    name="sei-spend-alert-unheard",
    breaks="the alert at 80 percent goes to a topic without a confirmed subscription",
    fails=[SPENT],
    message=r"early alert is 0 percent.*has no confirmed subscription",
    touches="aws:seiketsu:budgets",
    hard=True,
)
def spend_alert_unheard(deployment: Deployment) -> Iterator[None]:
    warning = {"SubscriptionType": "SNS", "Address": _topic(deployment, PRODUCT, "seiketsu-production-warning")}
    with _deaf_topic(deployment, PRODUCT) as topic:
        here = {"SubscriptionType": "SNS", "Address": topic}
        with changed_records(deployment, PRODUCT, "budget_subscribers", EARLY, here, warning):
            yield


@fault(
    name="aura-budget-deleted",
    breaks="the monthly AWS budget is gone",
    fails=[LIMITED],
    message=r"budget aurastudio-monthly: does not exist",
    touches="aws:aurastudio:budgets",
)
def budget_deleted(deployment: Deployment) -> Iterator[None]:
    client, account = deployment.aws(AURA, "budgets"), deployment.settings.aws.accounts[AURA].id
    which = {"AccountId": account, "BudgetName": f"{AURA}-monthly"}
    held = client.describe_budget(**which)["Budget"]
    alerts = client.describe_notifications_for_budget(**which)["Notifications"]
    client.delete_budget(**which)
    try:
        yield
    finally:
        keys = ("BudgetName", "BudgetLimit", "CostTypes", "TimeUnit", "BudgetType")
        keep = ("NotificationType", "ComparisonOperator", "Threshold", "ThresholdType")
        heard = [{"SubscriptionType": "EMAIL", "Address": f"leads@{AURA}.test"}]  # who hears is kept beside
        client.create_budget(
            AccountId=account,
            Budget={key: held[key] for key in keys},
            NotificationsWithSubscribers=[
                {"Notification": {k: alert[k] for k in keep}, "Subscribers": heard} for alert in alerts
            ],
        )


@fault(
    name="aura-budget-subscription-pending",
    breaks="all alerts of the budget go to a topic whose only subscription was never confirmed",
    fails=[LIMITED],
    message=r"its alerts reach nobody\. topic \S+ has no confirmed subscription.* is pending",
    touches="aws:aurastudio:budgets",
    hard=True,
)
def budget_subscription_pending(deployment: Deployment) -> Iterator[None]:
    by_topic = {"SubscriptionType": "SNS", "Address": _topic(deployment, AURA, "aurastudio-warning")}
    by_mail = {"SubscriptionType": "EMAIL", "Address": f"leads@{AURA}.test"}
    with _deaf_topic(deployment, AURA) as topic:
        here = {"SubscriptionType": "SNS", "Address": topic}
        with (
            changed_records(deployment, AURA, "budget_subscribers", EARLY, here, by_topic),
            changed_records(deployment, AURA, "budget_subscribers", FULL, here, by_mail),
        ):
            yield


@fault(
    name="aura-budget-only-forecast",
    breaks="the budget alerts only of a forecast of three times itself",
    fails=[LIMITED],
    message=r"has no alert of what is really spent; its alerts: FORECASTED at 300 percent",
    touches="aws:aurastudio:budgets",
    hard=True,
)
def budget_only_forecast(deployment: Deployment) -> Iterator[None]:
    late = {"NotificationType": "FORECASTED", "Threshold": 300.0}
    with amended(deployment, AURA, "budgets", "Notifications", late):
        yield


@fault(
    name="aura-voice-cost-alarm-muted",
    breaks="the alarm on what voices cost a day was muted",
    fails=[LIMITED],
    message=r"elevenlabs: alarm aurastudio-elevenlabs-cost-warning: its actions are switched off",
    touches="aws:aurastudio:alarms:elevenlabs-cost",
    hard=True,
)
def voice_cost_alarm_muted(deployment: Deployment) -> Iterator[None]:
    client, names = deployment.aws(AURA, "cloudwatch"), [f"{AURA}-elevenlabs-cost-warning"]
    client.disable_alarm_actions(AlarmNames=names)
    try:
        yield
    finally:
        client.enable_alarm_actions(AlarmNames=names)


@contextmanager
def _deaf_topic(deployment: Deployment, product: str) -> Iterator[str]:
    """Inside the block there is one topic more, whose only subscription was never confirmed; its ARN."""
    sns = deployment.aws(product, "sns")
    topic = sns.create_topic(Name="spending-alerts")["TopicArn"]
    try:
        sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=f"finance@{product}.test")
        pending = {"SubscriptionArn": "PendingConfirmation"}
        with amended(deployment, product, "sns", "Subscriptions", pending, {"TopicArn": topic}):
            yield topic
    finally:
        sns.delete_topic(TopicArn=topic)


def _topic(deployment: Deployment, product: str, name: str) -> str:
    listed = deployment.aws(product, "sns").list_topics()["Topics"]
    return next(str(t["TopicArn"]) for t in listed if t["TopicArn"].endswith(f":{name}"))
