"""Through a whole day there were as many tasks as the load asked for: soon enough, and not for longer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fixtures.aws.ecs import Cluster
from fixtures.aws.scaling import ScalableTarget
from fixtures.metrics.plugin import SeriesReader
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.verdict import Unobservable
from tests.judges.demand import flat, following, idle_minutes, joined, share_above
from tests.judges.scaling_history import alarm_periods, answer_minutes, steps

SERVICE = "api"
PERIOD = timedelta(minutes=5)
KNOWN = 0.9
"""The share of the day's periods that must be known."""
ROUNDED = 0.25
"""Minutes by which records of alarms and of activities may be rounded."""


@verifies("SEI-3.2.1.1.3")
def test_capacity_followed_the_load_of_a_day(line: Line, ecs: Cluster, metrics: SeriesReader) -> None:
    scaling = ScalableTarget(ecs.service(SERVICE))
    window = timedelta(hours=float(str(line.limit("window").value)))
    needed = int(KNOWN * (window / PERIOD))
    load = metrics.series("api_requests", window, statistic="Sum", period=PERIOD, samples=needed)
    tasks = metrics.series("api_tasks", window, statistic="Average", period=PERIOD, samples=needed)
    cpu = metrics.series("cpu", window, statistic="Average", period=PERIOD, samples=needed)
    day = joined(load.by_time, tasks.by_time)[:-1]  # the newest period is not over yet
    if len(day) < needed:
        raise Unobservable(
            f"{load} and {tasks} share {len(day)} periods of {PERIOD}, need {needed}", "Are they of one source?"
        )
    least = ecs.settings.task_count_min
    idle, since = idle_minutes(day, least, PERIOD)
    busy = float(str(line.limit("under_provisioned_cpu_above").value))
    problems = [
        line.limit("window").problem(window / timedelta(hours=1), of="the time looked at"),
        line.limit("under_provisioned").problem(
            round(share_above(cpu.values, busy), 2), of=f"{scaling}: CPU over {busy:g} %"
        ),
        line.limit("scale_in").problem(
            max(0.0, idle - PERIOD / timedelta(minutes=1)), of=scaling, hint=_idle(scaling, since, least)
        ),
        *_answers(line, scaling, window),
    ]  # fmt: skip
    if flat(day) and {m.tasks for m in day} == {float(least)}:
        conclude(problems)
        raise Unobservable(
            f"the load of the last {window} hardly changed ({load}), and {scaling} stayed at {least} tasks",
            "Make load, or read the day after a busy one",
        )
    follows = observed(f"{load}, {tasks}", "correlation", round(following(day), 3), source=load.source)
    most = max(m.tasks for m in day)
    hint = f"{min(m.tasks for m in day):g} to {most:g} tasks ran. Does something hold the count?"
    problems.append(line.limit("load_correlation").problem(follows, of=scaling, hint=hint))
    conclude(problems)


def _idle(scaling: ScalableTarget, since: datetime | None, least: int) -> str:
    if since is None:
        return ""
    held = [f"{a['ScheduledActionName']} asks for at least {n}" for a in scaling.scheduled.or_none()
            if (n := a.get("ScalableTargetAction", {}).get("MinCapacity", 0)) > least]  # fmt: skip
    minimum = scaling.minimum
    if minimum > least:
        held.append(f"the minimum is {minimum}")
    words = f"More than {least} tasks ran from {since:%H:%M}Z on although the load was low"
    return f"{words}: {', '.join(held)}" if held else f"{words}. Does its policy scale in?"


def _answers(line: Line, scaling: ScalableTarget, window: timedelta) -> list[str | None]:
    """How soon each alarm that asked for more was answered by an activity."""
    now = datetime.now(UTC)
    found = steps(scaling.activities(window).or_none())
    problems: list[str | None] = []
    for policy in scaling.policies.or_none():
        for alarm in policy.alarms.or_none():
            if not policy.scales_out or not alarm.exists:
                continue
            if not str(alarm.rule.get("ComparisonOperator", "")).startswith("Greater"):
                continue
            for span in alarm_periods(
                alarm.history(window).or_none(), alarm.state, alarm.state_since, now - window, now
            ):
                waited = answer_minutes(span, found, scaling.maximum, scaling.service.desired)
                late = max(0.0, round(waited - ROUNDED, 2))
                hint = f"{alarm} went off at {span[0]:%H:%M}Z"
                problems.append(line.limit("scale_out_lag").problem(late, of=scaling, hint=hint))
    return problems
