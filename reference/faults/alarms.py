"""Alarms that are gone, disarmed, deaf, watching nothing, or that rang and fell silent."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from reference.amending import amended, forget_records
from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

STUDIO, VOICE = "aurastudio", "seiketsu"
WRITTEN = (
    "AlarmName", "AlarmDescription", "ActionsEnabled", "OKActions", "AlarmActions", "InsufficientDataActions",
    "MetricName", "Namespace", "Statistic", "Dimensions", "Period", "EvaluationPeriods", "Threshold",
    "ComparisonOperator", "TreatMissingData",
)  # fmt: skip
Changed = dict[str, Any]


@contextmanager
def _changed(
    deployment: Deployment, product: str, name: str, change: Callable[[Changed], Changed | None]
) -> Iterator[None]:
    """Inside the block the alarm is another, or by None gone; its state is kept."""
    cloudwatch = deployment.aws(product, "cloudwatch")
    found = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"][0]
    before = {key: found[key] for key in WRITTEN if found.get(key) is not None}
    after = change(dict(before))
    since = time.time()
    if after is None:
        cloudwatch.delete_alarms(AlarmNames=[name])
    else:
        cloudwatch.put_metric_alarm(**after)
        cloudwatch.set_alarm_state(AlarmName=name, StateValue="OK", StateReason="unchanged")
    try:
        yield
    finally:
        cloudwatch.put_metric_alarm(**before)
        cloudwatch.set_alarm_state(AlarmName=name, StateValue="OK", StateReason=f"as before {since:.0f}")


@fault(
    name="aura-alarm-actions-disabled",
    breaks="somebody disabled the actions of a critical alarm",
    fails=["AURA-10.3.1.4"],
    message=r"alarm aurastudio-api-latency-critical has its actions disabled",
    touches=["aws:aurastudio:alarm:api-latency-critical"],
)
def actions_disabled(deployment: Deployment) -> Iterator[None]:
    cloudwatch, names = deployment.aws(STUDIO, "cloudwatch"), ["aurastudio-api-latency-critical"]
    cloudwatch.disable_alarm_actions(AlarmNames=names)
    try:
        yield
    finally:
        cloudwatch.enable_alarm_actions(AlarmNames=names)


@fault(
    name="sei-5xx-alarm-deleted",
    breaks="the alarm over the balancer's 5xx was deleted",
    fails=["SEI-2.1.2.3.2", "SEI-3.1.1.3.4"],
    message=r"alarm seiketsu-production-api-5xx-critical does not exist",
    touches=["aws:seiketsu:alarm:api-5xx-critical"],
)
def alarm_deleted(deployment: Deployment) -> Iterator[None]:
    with _changed(deployment, VOICE, "seiketsu-production-api-5xx-critical", lambda _: None):
        yield


@fault(
    name="sei-alarm-without-action",
    breaks="the alarm over the database's storage exists and tells nobody",
    fails=["SEI-2.1.2.3.2", "SEI-3.1.1.3.4"],
    message=r"alarm seiketsu-production-database-storage-critical has no action",
    touches=["aws:seiketsu:alarm:database-storage-critical"],
    hard=True,
)
def alarm_without_action(deployment: Deployment) -> Iterator[None]:
    name = "seiketsu-production-database-storage-critical"
    with _changed(deployment, VOICE, name, lambda alarm: alarm | {"AlarmActions": [], "OKActions": []}):
        yield


@fault(
    name="sei-alarm-of-deleted-balancer",
    breaks="the alarm over 5xx names a load balancer that was deleted, so it is silent for ever",
    fails=["SEI-2.1.2.3.2"],
    message=r"alarm seiketsu-production-api-5xx-critical watches .*=app/seiketsu-first/\w+, which has no point",
    touches=["aws:seiketsu:alarm:api-5xx-critical"],
    hard=True,
)
def alarm_of_deleted_balancer(deployment: Deployment) -> Iterator[None]:
    gone = [{"Name": "LoadBalancer", "Value": "app/seiketsu-first/50dc6c495c0c9188"}]
    with _changed(
        deployment, VOICE, "seiketsu-production-api-5xx-critical", lambda alarm: alarm | {"Dimensions": gone}
    ):
        yield


@fault(
    name="sei-alarm-topic-unconfirmed",
    breaks="nobody confirmed the subscriptions of the topic that pages",
    fails=["SEI-2.1.2.3.2", "SEI-3.1.1.3.4", "SEI-4.1.1.2.1", "SEI-4.1.1.2.4", "SEI-4.1.2.1.1", "SEI-4.1.2.1.2"],
    message=r"goes to topic seiketsu-production-critical, of which no subscription is confirmed",
    touches=["aws:seiketsu:topic:critical"],
    hard=True,
)
def topic_unconfirmed(deployment: Deployment) -> Iterator[None]:
    sns = deployment.aws(VOICE, "sns")
    topics = [t["TopicArn"] for t in sns.list_topics()["Topics"]]
    arn = next(t for t in topics if t.endswith(":seiketsu-production-critical"))
    pending = {"SubscriptionArn": "PendingConfirmation"}
    with amended(deployment, VOICE, "sns", "Subscriptions", pending, {"TopicArn": arn}):
        yield


@contextmanager
def _rings(deployment: Deployment, name: str) -> Iterator[Any]:
    """Inside the block the alarm is in ALARM; after it, it never was."""
    cloudwatch = deployment.aws(VOICE, "cloudwatch")
    cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="Threshold crossed")
    try:
        yield cloudwatch
    finally:
        cloudwatch.set_alarm_state(AlarmName=name, StateValue="OK", StateReason="as before")
        forget_records(
            deployment, VOICE, "alarm_history", {"AlarmName": name, "HistorySummary": "Alarm updated to ALARM"}
        )


@fault(
    name="sei-database-alarm-rings",
    breaks="the alarm over the database's processor rings",
    fails=["SEI-3.1.1.3.4"],
    message=r"alarm seiketsu-production-database-cpu-critical is in ALARM",
    touches=["aws:seiketsu:alarm:database-cpu-critical"],
)
def database_alarm_rings(deployment: Deployment) -> Iterator[None]:
    with _rings(deployment, "seiketsu-production-database-cpu-critical"):
        yield


@fault(
    name="sei-alarm-rang-for-a-moment",
    breaks="a critical alarm rang for a moment since the release and is quiet again",
    fails=["SEI-3.1.1.3.4"],
    message=r"alarm seiketsu-production-api-errors-critical went off at",
    touches=["aws:seiketsu:alarm:api-errors-critical"],
    hard=True,
)
def alarm_rang_for_a_moment(deployment: Deployment) -> Iterator[None]:
    name = "seiketsu-production-api-errors-critical"
    with _rings(deployment, name) as cloudwatch:
        cloudwatch.set_alarm_state(AlarmName=name, StateValue="OK", StateReason="recovered")
        yield


@fault(
    name="sei-alarm-actions-disabled-since-deploy",
    breaks="the alarm over latency was disarmed after the release",
    fails=["SEI-3.1.1.3.4", "SEI-2.1.2.3.2"],
    message=r"alarm seiketsu-production-api-latency-critical has its actions disabled",
    touches=["aws:seiketsu:alarm:api-latency-critical"],
    hard=True,
)
def voice_actions_disabled(deployment: Deployment) -> Iterator[None]:
    cloudwatch, names = deployment.aws(VOICE, "cloudwatch"), ["seiketsu-production-api-latency-critical"]
    cloudwatch.disable_alarm_actions(AlarmNames=names)
    try:
        yield
    finally:
        cloudwatch.enable_alarm_actions(AlarmNames=names)
