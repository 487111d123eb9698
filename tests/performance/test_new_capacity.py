"""More tasks come in time when they are needed, really serve, and go again: by the records of the last days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fixtures.aws.balancing import TargetGroup, group_of
from fixtures.aws.ecs import Cluster
from fixtures.aws.scaling import ScalableTarget
from fixtures.drills import recorded_spans
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import Found
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from golive.verdict import Unobservable
from tests.judges.new_capacity import Need, rest_minutes
from tests.performance.capacity import known_needs, known_steps

SERVICE, WINDOW = "api", timedelta(days=7)
BY_HAND = ("scaling-by-alarm", "scaling-cycles")
"""Drills that set alarms."""
MORE = "Make load that needs more tasks: `python -m golive load`, a run that lasts"


@verifies("SEI-5.1.1.3.1")
def test_new_capacity_serves_within_two_minutes(
    line: Line, ecs: Cluster, target_groups: Found[TargetGroup], target: ProductTarget
) -> None:
    limit, least = line.limit("response"), int(float(str(line.limit("pulses").value)))
    scaling, needs = _judged(line, ecs, target_groups, target, timedelta(minutes=float(str(limit.value))))
    if len(needs) < least:
        raise Unobservable(
            f"{scaling} needed more tasks {len(needs)} times in the last {WINDOW.days} days; judged are {least}", MORE
        )
    conclude([limit.problem(need.minutes, of=scaling, hint=str(need)) for need in needs])


@verifies("AURA-9.1.3.4")
def test_load_makes_the_service_grow_and_shrink(
    line: Line, ecs: Cluster, target_groups: Found[TargetGroup], target: ProductTarget
) -> None:
    limit, now = line.limit("out_after"), datetime.now(UTC)
    scaling, needs = _judged(line, ecs, target_groups, target, timedelta(minutes=float(str(limit.value))))
    if not needs:
        raise Unobservable(f"{scaling} did not need more tasks in the last {WINDOW.days} days", MORE)
    found = known_steps(scaling, WINDOW)
    problems: list[str | None] = []
    for need in needs:
        if need.began is not None and need.served is None:
            problems.append(f"{scaling}: a task more ran and answered no request. {need}. Is it in the balancer?")
            continue
        hint = f"{need}. Suspended: {', '.join(scaling.suspended)}" if scaling.suspended else str(need)
        problems.append(limit.problem(need.minutes, of=scaling, hint=hint))
    rests = [m for n in needs if (m := rest_minutes(n, found, scaling.minimum, needs, now)) is not None]
    problems += [line.limit("in_after").problem(m, of=scaling, hint="Until as few tasks as at rest") for m in rests]
    counts = [s.count for s in found]
    problems += [line.limit("tasks").problem(n, of=scaling) for n in {min(counts), max(counts)}] if counts else []
    conclude(problems)
    if not rests:
        raise Unobservable(f"{scaling} has grown and had no time yet to shrink", "Look again later")


def _judged(
    line: Line, ecs: Cluster, groups: Found[TargetGroup], target: ProductTarget, within: timedelta
) -> tuple[ScalableTarget, list[Need]]:
    log = configured(configured(target.aws, f"{line.product}.aws").request_log, f"{line.product}.aws.request_log")
    scaling = ScalableTarget(ecs.service(SERVICE))
    drilled = [s for kind in BY_HAND for s in recorded_spans(target, line.product, kind)]
    api, k6 = configured(target.api, f"{line.product}.api"), target.k6
    looks = [what.path for word, what in api.operations.items() if word.startswith("health")]
    looks += [str(group_of(SERVICE, groups).health_check.get("path", ""))]
    looks += [k6.processes.path] if k6 and k6.processes else []
    needs = known_needs(scaling, log, looks, WINDOW, drilled)
    return scaling, [need for need in needs if need.judged(within)]
