"""Reads when a service needed more tasks, and what came of it: alarms, metrics, activities, the new tasks' own logs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from fixtures.aws.alarms import Alarm
from fixtures.aws.scaling import ScalableTarget
from fixtures.drills import Span, within
from fixtures.metrics.cloudwatch import CloudWatch
from golive.observation import observed
from golive.target.aws import RequestLog
from tests.judges.new_capacity import ANSWERED_WITHIN, CLOCKS, Need, answer, at_ceiling, crossing, first_served
from tests.judges.scaling_history import Step, alarm_periods, steps

LOOKED_BACK = timedelta(minutes=30)
STREAMS, LINES = 1000, 300


def known_steps(scaling: ScalableTarget, window: timedelta) -> list[Step]:
    """The counts that activities of the window set, oldest first."""
    found = steps(scaling.activities(window).or_none())
    shown = [f"{s.at:%d %b %H:%M:%S}Z {s.count}" for s in found]
    observed(scaling, "steps", shown, source="DescribeScalingActivities")
    return found


def known_needs(
    scaling: ScalableTarget, log: RequestLog, unheard: Sequence[str], window: timedelta, drilled: Sequence[Span]
) -> list[Need]:
    """Each time that an alarm asked for more tasks of the service, oldest first, but those that drills made.

    Args:
        unheard: paths that tasks are asked for though no request of users reaches them, such as their health.
    """
    now, found = datetime.now(UTC), known_steps(scaling, window)
    needs: list[Need] = []
    for policy in scaling.policies.or_none():
        for alarm in policy.alarms.or_none() if policy.scales_out else ():
            if not alarm.exists or not str(alarm.rule.get("ComparisonOperator", "")).startswith("Greater"):
                continue
            history = alarm.history(window).or_none()
            for span in alarm_periods(history, alarm.state, alarm.state_since, now - window, now):
                if within(span[0], list(drilled)) or at_ceiling(span[0], found, scaling.maximum):
                    continue
                reason = next((str(h.get("HistoryData", "")) for h in history if h["Timestamp"] == span[0]), "")
                crossed = _crossed(alarm, span[0], reason, now)
                if crossed is None:
                    continue  # set by hand
                step = answer(span, found, scaling.minimum)
                began, served = _new_task(scaling, log, unheard, step) if step else (None, None)
                needs.append(
                    Need(alarm.name, crossed, span[0], span[1], step.at if step else None,
                         step.count if step else None, began, served)
                )  # fmt: skip
    needs.sort(key=lambda n: n.alarmed)
    observed(scaling, "needs of more tasks", [str(n) for n in needs], source="alarms, metrics, activities, logs")
    return needs


def _crossed(alarm: Alarm, alarmed: datetime, reason: str, now: datetime) -> datetime | None:
    """By the raw series, a point a minute: CloudWatch keeps finer ones for three hours."""
    rule = alarm.rule
    if "MetricName" not in rule:
        return crossing(alarmed, reason, [], 0.0, timedelta(0))
    period = int(rule.get("Period", 60))
    step, statistic = max(60, period), str(rule.get("Statistic") or rule.get("ExtendedStatistic"))
    place = {"namespace": rule["Namespace"], "metric": rule["MetricName"], **rule["Dimensions"]}
    series = CloudWatch(alarm.account).fetch(
        alarm.name, place, LOOKED_BACK, statistic, timedelta(seconds=step), now - alarmed
    )
    share = period / step if statistic in ("Sum", "SampleCount") else 1.0
    points = [(p.at, p.value * share) for p in series]
    return crossing(alarmed, reason, points, float(rule["Threshold"]), timedelta(seconds=step))


def _new_task(
    scaling: ScalableTarget, log: RequestLog, unheard: Sequence[str], step: Step
) -> tuple[datetime | None, datetime | None]:
    """When the first task that began after a step wrote its first line, and when one of them served."""
    answer_ = scaling.account.read(
        "logs", "describe_log_streams", logGroupName=log.group, orderBy="LastEventTime", descending=True,
        at_most=STREAMS,
    )  # fmt: skip
    first = {s["logStreamName"]: _time(s["firstEventTimestamp"])
             for s in answer_["logStreams"] if s.get("firstEventTimestamp")}  # fmt: skip
    last = step.at + ANSWERED_WITHIN
    new = {name: at for name, at in first.items() if step.at - CLOCKS <= at <= last}
    if not new:
        return None, None
    lines: list[tuple[datetime, str]] = []
    for name in new:
        events = scaling.account.read(
            "logs", "filter_log_events", logGroupName=log.group, logStreamNames=[name],
            startTime=_ms(step.at - CLOCKS), endTime=_ms(last), at_most=LINES,
        )["events"]  # fmt: skip
        lines += [(_time(e["timestamp"]), str(e["message"])) for e in events]
    return min(new.values()), first_served(lines, log.path, log.status, unheard)


def _time(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _ms(time: datetime) -> int:
    return int(time.timestamp() * 1000)
