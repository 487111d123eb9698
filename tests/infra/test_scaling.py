"""Services follow the load: within the agreed bounds, both ways, by alarms that are armed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from fixtures.aws.alarms import Alarm
from fixtures.aws.ecs import Cluster
from fixtures.aws.scaling import Policy, ScalableTarget
from fixtures.drills import Span, recorded_spans, within
from fixtures.parallel import each
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import Found, observed
from golive.plugin import verifies
from golive.target import ProductTarget
from tests.infra.scaling_policies import policies_seen
from tests.judges.scaling import PolicySeen, broken_alarms, missing_directions, working
from tests.judges.scaling_history import (
    Step,
    alarm_periods,
    answer_minutes,
    direction_changes,
    failed,
    minutes_at,
    steps,
)


@verifies("AURA-5.1.1.4")
@pytest.mark.smoke
def test_api_scales_within_its_bounds(line: Line, ecs: Cluster) -> None:
    scaling = ScalableTarget(ecs.service("api"))
    policies = policies_seen(scaling)
    conclude(
        [
            *_bounds(line, scaling),
            *(f"{scaling}: {flag} is true, so it does not scale that way" for flag in scaling.suspended),
            line.limit("active_policies").problem(len(working(policies)), of=scaling, hint=_why(policies)),
            *(f"{scaling}: {problem}" for problem in broken_alarms(policies)),
            *_directions(scaling, policies),
        ]
    )


@verifies("SEI-1.1.1.2.1")
@pytest.mark.smoke
def test_every_service_scales_within_its_bounds_both_ways(line: Line, scaling: Found[ScalableTarget]) -> None:
    problems: list[str | None] = []
    for service in scaling:
        policies = policies_seen(service)
        broken = broken_alarms(policies)
        suspended = service.suspended
        hint = f"Suspended: {', '.join(suspended)}" if suspended else ""
        problems += [
            *_bounds(line, service),
            line.limit("suspended_flags").problem(len(suspended), of=service, hint=hint),
            line.limit("scaling_policies").problem(len(working(policies)), of=service, hint=_why(policies)),
            line.limit("disarmed_alarms").problem(len(broken), of=service, hint="; ".join(broken)),
            *_directions(service, policies),
        ]
    conclude(problems)


def _bounds(line: Line, scaling: ScalableTarget) -> list[str | None]:
    return [
        line.limit("min_tasks").problem(scaling.minimum, of=scaling),
        line.limit("max_tasks").problem(scaling.maximum, of=scaling),
    ]


def _why(policies: list[PolicySeen]) -> str:
    bare = [f"policy {p.name} has no alarm" for p in policies if not p.alarms]
    return "; ".join([*bare, *broken_alarms(policies)]) or "Add a target tracking policy"


def _directions(scaling: ScalableTarget, policies: list[PolicySeen]) -> list[str]:
    return [f"{scaling}: no working policy scales it {way}" for way in missing_directions(policies)]


@verifies("SEI-3.1.1.1.2")
@pytest.mark.smoke
def test_scaling_was_neither_stuck_nor_thrashing_nor_capped(
    line: Line, scaling: Found[ScalableTarget], target: ProductTarget
) -> None:
    window = timedelta(hours=float(line.limit("window").value))  # type: ignore[arg-type]
    problems = [line.limit("window").problem(window / timedelta(hours=1), of="the time looked at")]
    drilled = recorded_spans(target, line.product, "scaling")
    for found in each(lambda s: _history(line, s, window, drilled), scaling):
        problems += found
    conclude(problems)


def _history(line: Line, scaling: ScalableTarget, window: timedelta, drilled: list[Span]) -> list[str | None]:
    """What the records say; what a drill of scaling made happen is left out."""
    now = datetime.now(UTC)
    activities = [a for a in scaling.activities(window).or_none() if not within(a["StartTime"], drilled)]
    bad, found = failed(activities), steps(activities)
    desired, ceiling = scaling.service.desired, scaling.maximum
    pinned = minutes_at(found, ceiling, desired, now - window, now)
    observed(scaling, "steps", [f"{s.at:%H:%M}Z {s.count}" for s in found], source="DescribeScalingActivities")
    problems = [
        line.limit("failed_activities").problem(len(bad), of=scaling, hint="; ".join(bad[:3])),
        line.limit("direction_changes").problem(direction_changes(found), of=scaling, hint="Lengthen the cooldowns"),
        line.limit("max_tasks").problem(max([desired, *(s.count for s in found)]), of=scaling),
        line.limit("pinned_at_max").problem(pinned, of=scaling, hint=f"{ceiling} are the most. Is that enough?"),
    ]
    for policy in scaling.policies.or_none():
        if not policy.scales_out:
            continue
        for alarm in policy.alarms.or_none():
            if alarm.exists and _is_high(alarm, policy):
                problems += _answered(line, scaling, alarm, found, window, drilled)
    return problems


def _is_high(alarm: Alarm, policy: Policy) -> bool:
    """Whether the alarm asks for more: one of target tracking that goes off above its threshold, any of other kinds."""
    return policy.type != "TargetTrackingScaling" or str(alarm.rule.get("ComparisonOperator", "")).startswith("Greater")


def _answered(
    line: Line, scaling: ScalableTarget, alarm: Alarm, found: list[Step], window: timedelta, drilled: list[Span]
) -> list[str | None]:
    now = datetime.now(UTC)
    spans = alarm_periods(alarm.history(window).or_none(), alarm.state, alarm.state_since, now - window, now)
    problems: list[str | None] = []
    for span in (s for s in spans if not within(s[0], drilled)):
        waited = answer_minutes(span, found, scaling.maximum, scaling.service.desired)
        held = f" Suspended: {', '.join(scaling.suspended)}." if scaling.suspended else ""
        hint = f"{alarm} was in ALARM from {span[0]:%H:%M}Z and nothing scaled.{held}"
        problems.append(line.limit("action_delay").problem(waited, of=scaling, hint=hint))
    return problems
