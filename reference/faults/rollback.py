"""Rollback rules that decide wrong, that nothing follows, that are blind, and conditions that are met."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from reference.amending import amended, distorted
from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

VOICE = "seiketsu"
PREFIX = "seiketsu-production"
WRITTEN = (
    "AlarmName", "AlarmDescription", "ActionsEnabled", "AlarmActions", "MetricName", "Namespace", "Statistic",
    "Dimensions", "Period", "EvaluationPeriods", "DatapointsToAlarm", "Threshold", "ComparisonOperator",
    "TreatMissingData", "Metrics",
)  # fmt: skip
SPOKEN, SLOW = "Seiketsu/Performance/VoiceResponseTime", 7300.0
Alarm = dict[str, Any]


@contextmanager
def changed_alarm(deployment: Deployment, name: str, change: Callable[[Alarm], None]) -> Iterator[None]:
    """Inside the block the alarm is defined otherwise; its state is kept."""
    cloudwatch = deployment.aws(VOICE, "cloudwatch")
    full = f"{PREFIX}-{name}"
    found = cloudwatch.describe_alarms(AlarmNames=[full])["MetricAlarms"][0]
    before = {key: found[key] for key in WRITTEN if found.get(key) not in (None, [])}
    if "Metrics" in before:
        before.pop("Dimensions", None)
    after = copy.deepcopy(before)
    change(after)

    def put(alarm: Alarm) -> None:
        cloudwatch.put_metric_alarm(**alarm)
        cloudwatch.set_alarm_state(AlarmName=full, StateValue="OK", StateReason="unchanged")

    put(after)
    try:
        yield
    finally:
        put(before)


@fault(
    name="sei-rollback-voice-ten-times-the-limit",
    breaks="the voice rule waits for fifty seconds where five are too slow",
    fails=["SEI-4.1.1.1.1"],
    message=r"alarm seiketsu-production-rollback-voice stays quiet on 'slow for longer', which should go back",
    touches=["aws:seiketsu:alarm:rollback-voice"],
)
def voice_threshold(deployment: Deployment) -> Iterator[None]:
    with changed_alarm(deployment, "rollback-voice", lambda alarm: alarm.update(Threshold=50000.0)):
        yield


@fault(
    name="sei-rollback-voice-by-the-average",
    breaks="the voice rule looks at the average, so one slow turn in eight never shows",
    fails=["SEI-4.1.1.1.1"],
    message=r"alarm seiketsu-production-rollback-voice stays quiet on 'slow for one turn in eight, fast on average'",
    touches=["aws:seiketsu:alarm:rollback-voice"],
    hard=True,
)
def voice_average(deployment: Deployment) -> Iterator[None]:
    def average(alarm: Alarm) -> None:
        alarm["Metrics"][0]["MetricStat"]["Stat"] = "Average"

    with changed_alarm(deployment, "rollback-voice", average):
        yield


@fault(
    name="sei-rollback-voice-at-the-limit",
    breaks="the voice rule fires at exactly five seconds, which are still allowed",
    fails=["SEI-4.1.1.1.1"],
    message=r"alarm seiketsu-production-rollback-voice goes off on 'exactly at the limit', where nothing",
    touches=["aws:seiketsu:alarm:rollback-voice"],
    hard=True,
)
def voice_at_the_limit(deployment: Deployment) -> Iterator[None]:
    strict = "GreaterThanOrEqualToThreshold"
    with changed_alarm(deployment, "rollback-voice", lambda alarm: alarm.update(ComparisonOperator=strict)):
        yield


@fault(
    name="sei-rollback-voice-deaf-in-silence",
    breaks="missing data of the voice service counts as good: a total outage looks well",
    fails=["SEI-4.1.1.1.1"],
    message=r"alarm seiketsu-production-silence-voice stays quiet when voice_latency falls silent",
    touches=["aws:seiketsu:alarm:silence-voice"],
    hard=True,
)
def voice_silence(deployment: Deployment) -> Iterator[None]:
    with changed_alarm(deployment, "silence-voice", lambda alarm: alarm.update(TreatMissingData="notBreaching")):
        yield


@fault(
    name="sei-rollback-follows-deleted-alarms",
    breaks="the API's deployments watch alarms of the first release, deleted since; nothing takes them back",
    fails=[*(f"SEI-4.1.1.1.{n}" for n in (1, 2, 3, 4)), *(f"SEI-4.1.1.2.{n}" for n in (1, 2, 3, 4))],
    message=r"ECS service api does not go back by alarm seiketsu-production-rollback-\w+: its .* watch .*first",
    touches=["aws:seiketsu:ecs:service:api", "aws:seiketsu:metrics:requests"],
    hard=True,
)
def follows_deleted(deployment: Deployment) -> Iterator[None]:
    gone = {"alarmNames": [f"{PREFIX}-first-errors"], "enable": True, "rollback": True}
    with amended(
        deployment, VOICE, "ecs", "services", {"deploymentConfiguration.alarms": gone}, {"serviceName": "api"}
    ):
        yield


@fault(
    name="sei-rollback-voice-is-slow",
    breaks="users have waited more than seven seconds for speech, for ten minutes, and nobody went back",
    fails=["SEI-4.1.1.1.1"],
    message=r"rollback condition active: voice: 7\.3 s, over 5 s for 0:05:00",
    touches=["aws:seiketsu:metrics:VoiceResponseTime"],
    hard=True,
)
def voice_is_slow(deployment: Deployment) -> Iterator[None]:
    with distorted(deployment, VOICE, SPOKEN, "set", value=SLOW, since=600):
        yield


@fault(
    name="sei-rollback-voice-slow-between-gaps",
    breaks="users wait more than seven seconds, and two minutes of it were never reported",
    fails=["SEI-4.1.1.1.1"],
    message=r"rollback condition active: voice: 7\.3 s, over 5 s for 0:05:00",
    touches=["aws:seiketsu:metrics:VoiceResponseTime"],
    hard=True,
)
def voice_slow_between_gaps(deployment: Deployment) -> Iterator[None]:
    with (
        distorted(deployment, VOICE, SPOKEN, "set", value=SLOW, since=480),
        distorted(deployment, VOICE, SPOKEN, "drop", since=300, until=180),
    ):
        yield


@fault(
    name="sei-rollback-api-window-of-half-an-hour",
    breaks="the API's rule waits for half an hour of failures",
    fails=["SEI-4.1.1.1.2"],
    message=r"alarm seiketsu-production-rollback-api stays quiet on 'failing for longer', which should go back",
    touches=["aws:seiketsu:alarm:rollback-api", "aws:seiketsu:metrics:requests"],
)
def api_window(deployment: Deployment) -> Iterator[None]:
    with changed_alarm(deployment, "rollback-api", lambda alarm: alarm.update(EvaluationPeriods=30)):
        yield


def computed(text: str) -> Callable[[Alarm], None]:
    """By another expression, in the query that gives the alarm its value."""

    def change(alarm: Alarm) -> None:
        next(q for q in alarm["Metrics"] if q.get("Expression"))["Expression"] = text

    return change


@fault(
    name="sei-rollback-api-counts-what-the-app-says",
    breaks="the API's rule counts the app's own errors only, of which a dead app has none",
    fails=["SEI-4.1.1.1.2"],
    message=r"alarm seiketsu-production-rollback-api stays quiet on 'nobody answers behind the balancer'",
    touches=["aws:seiketsu:alarm:rollback-api", "aws:seiketsu:metrics:requests"],
    hard=True,
)
def api_own_errors(deployment: Deployment) -> Iterator[None]:
    with changed_alarm(deployment, "rollback-api", computed("IF(asked >= 40, 100 * FILL(answered, 0) / asked, 0)")):
        yield


@fault(
    name="sei-rollback-api-by-three-requests",
    breaks="the API's rule takes the release back for three failed requests in a quiet night",
    fails=["SEI-4.1.1.1.2"],
    message=r"alarm seiketsu-production-rollback-api goes off on 'three requests a minute, all failing'",
    touches=["aws:seiketsu:alarm:rollback-api", "aws:seiketsu:metrics:requests"],
    hard=True,
)
def api_few(deployment: Deployment) -> Iterator[None]:
    with changed_alarm(
        deployment,
        "rollback-api",
        computed("100 * (FILL(answered, 0) + FILL(unanswered, 0) + FILL(refused, 0)) / FILL(asked, 1)"),
    ):
        yield


@fault(
    name="sei-rollback-memory-of-the-fleet",
    breaks="the memory rule looks at the average of all instances, so one that is full never shows",
    fails=["SEI-4.1.1.1.4"],
    message=r"alarm seiketsu-production-rollback-memory stays quiet on 'one instance full, the average low'",
    touches=["aws:seiketsu:alarm:rollback-memory"],
)
def memory_average(deployment: Deployment) -> Iterator[None]:
    def average(alarm: Alarm) -> None:
        next(q for q in alarm["Metrics"] if q["Id"] == "used")["MetricStat"]["Stat"] = "Average"

    with changed_alarm(deployment, "rollback-memory", average):
        yield


@fault(
    name="sei-rollback-memory-forgets-kills",
    breaks="a container killed for memory starts again empty, and the memory rule starts again with it",
    fails=["SEI-4.1.1.1.4"],
    message=r"alarm seiketsu-production-rollback-memory stays quiet on 'killed for memory before ten minutes are full",
    touches=["aws:seiketsu:alarm:rollback-memory"],
    hard=True,
)
def memory_kills(deployment: Deployment) -> Iterator[None]:
    with changed_alarm(deployment, "rollback-memory", computed("used")):
        yield
