"""Room in what was bought: each task's processor and memory, tasks that died of memory, and how busy busy hours are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from statistics import fmean, median

from fixtures.aws.account import Account
from fixtures.aws.ecs import Cluster, Service
from fixtures.metrics.plugin import SeriesReader
from fixtures.metrics.task_levels import TaskLevel, task_levels
from fixtures.metrics.windows import Live, Window
from golive import clock
from golive.catalogue import Line
from golive.catalogue.limit import Limit
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.verdict import NotConfigured, Unobservable
from tests.judges.busy import busiest, longest_over, percentile_of
from tests.judges.restarts import killed_for_memory
from tests.judges.rollback_rules import number

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
WORDS = ("api", "worker")
COVERED = 0.9


@verifies("AURA-5.1.4.3")
def test_every_task_has_room(line: Line, aws: Account, ecs: Cluster) -> None:
    services = _services(ecs)
    window = timedelta(minutes=number(line, "window"))
    levels = _levels(aws, services, window)
    since = clock.now() - window
    stopped = [t for s in services for t in s.stopped_tasks.or_none()]
    killed = killed_for_memory({t.name: (t.stopped, t.stop_reasons, t.exit_codes) for t in stopped}, since)
    problems: list[str | None] = []
    for level in levels:
        cpu, memory = percentile_of(list(level.cpu.values()), 95), max(level.memory.values())
        said = f"over the last {window / MINUTE:.0f} min; its service's mean may hide it"
        problems.append(line.limit("cpu_p95").problem(round(cpu, 1), of=f"processor of {level}", hint=said))
        problems.append(line.limit("memory").problem(round(memory, 1), of=f"memory of {level}", hint=said))
    limit = line.limit("out_of_memory_stops")
    problems.append(limit.problem(len(killed), of=ecs, hint="; ".join(killed) or "none"))
    conclude(problems)


@verifies("SEI-5.1.1.3.2")
def test_busy_hours_use_what_was_bought(line: Line, aws: Account, ecs: Cluster, metrics: SeriesReader) -> None:
    live, days = Live(metrics), timedelta(days=number(line, "window"))
    window = Window(days, HOUR, coverage=0.95)
    cpu, memory = live.means("cpu", window).values, live.means("memory", window).values
    tasks = live.means("api_tasks", window).values
    together = {at: max(cpu[at], memory[at]) for at in cpu if at in memory}
    busy = busiest(together, int(number(line, "busy_hours")))
    if not busy:
        raise Unobservable("processor and memory have no hour in common", "Do both series still report?")
    mean, running = fmean(busy.values()), median(tasks.get(at, 0.0) for at in busy)
    limit = line.limit("utilization")
    hint = f"the busiest {len(busy)} hours of {days.days or 1} days, with {running:g} tasks"
    problems: list[str | None] = [_bought(line, limit, round(mean, 1), running, hint)]
    peak, span = number(line, "instance_peak"), timedelta(minutes=number(line, "instance_peak_time"))
    for level in _levels(aws, [s for s in _services(ecs) if s.word == "api"], number(line, "busy_hours") * HOUR):
        for what, values in (("processor", level.cpu), ("memory", level.memory)):
            begin, length = _longest(values, peak)
            if length >= span:
                problems.append(
                    f"{what} of {level} was over {peak:g} % for {length / MINUTE:.0f} min from {begin:%H:%M}Z, "
                    f"want < {span / MINUTE:g} min. The mean of the service does not show it: is work shared evenly?"
                )
    conclude(problems)


def _bought(line: Line, limit: Limit, mean: float, running: float, hint: str) -> str | None:
    """Fewer tasks than at rest there can't be: then only the upper bound counts."""
    assert isinstance(limit.value, tuple | list)
    if running <= number(line, "resting_tasks"):
        most = float(limit.value[1])
        observed("what was bought", "utilization at rest", mean, source="series", unit="percent")
        return f"what was bought: utilization is {mean:g} percent, want <= {most:g}. {hint}" if mean > most else None
    return limit.problem(mean, of="what was bought", hint=hint)


def _longest(values: Mapping[datetime, float], bound: float) -> tuple[datetime, timedelta]:
    return longest_over(sorted(values.items()), bound, MINUTE)


def _services(ecs: Cluster) -> list[Service]:
    found = [s for s in ecs.services if s.word in WORDS]
    if not found:
        raise NotConfigured("the target declares no ECS service api or worker", "Name them in [PRODUCT.aws.ecs]")
    return found


def _levels(aws: Account, services: list[Service], window: timedelta) -> list[TaskLevel]:
    levels = task_levels(aws, services, window)
    if not levels:
        raise AssertionError(f"no task of {', '.join(s.word for s in services)} runs")
    for level in levels:
        if level.covered < COVERED:
            raise Unobservable(
                f"{level} has points for {100 * level.covered:.0f} % of the last {window}", "Does it still report?"
            )
    return levels
