"""What drills of scaling by alarms showed, both ways, once or again and again. Pure."""

from __future__ import annotations

from fixtures.aws.cycles import CyclesFacts, sound
from fixtures.aws.swing import Leg, Swing
from golive.catalogue import Line


def swing_problems(swing: Swing) -> list[str]:
    """Return what did not work at all, a sentence each; how long it took is for `minutes`."""
    of = f"scaling of ECS service {swing.service}"
    found = [f"{of}: an activity failed: {failure}" for failure in swing.failures]
    found += [f"{of}: {swing.left}"] if swing.left else []
    if swing.out is None:
        return [*found, f"{of}: no policy of it has an alarm that asks for more tasks, so it never scales out"]
    found += _out(of, str(swing.alarm_out), swing.out)
    if swing.out.desired_after is None:
        return found
    if swing.back is None:
        return [*found, f"{of}: no policy of it has an alarm that asks for fewer tasks, so it never scales in"]
    return [*found, *_back(of, str(swing.alarm_in), swing.back)]


def _out(of: str, alarm: str, leg: Leg) -> list[str]:
    if leg.desired_after is None:
        return [f"{of}: alarm {alarm} was in ALARM, and {leg.wanted} tasks were never asked for: {leg.last}"]
    if leg.done_after is None:
        return [f"{of}: {leg.wanted} tasks were asked for, and the new ones never became healthy: {leg.last}"]
    return []


def _back(of: str, alarm: str, leg: Leg) -> list[str]:
    if leg.desired_after is None:
        return [f"{of}: alarm {alarm} was in ALARM, and it was not scaled in to {leg.wanted} tasks: {leg.last}"]
    if leg.done_after is None:
        return [f"{of}: {leg.wanted} tasks were asked for, and the others did not go: {leg.last}"]
    return []


def duration_problems(line: Line, swing: Swing) -> list[str | None]:
    """Return what took longer than the line allows, of what came to its end."""
    of = f"scaling of ECS service {swing.service}"
    found: list[str | None] = []
    for name, leg in (("out_after", swing.out), ("in_after", swing.back)):
        if leg is not None and leg.done_after is not None:
            found.append(line.limit(name).problem(round(leg.done_after / 60, 2), of=of))
    return found


def bound_problems(swing: Swing, ceiling: int) -> list[str]:
    """Return whether more or fewer tasks were asked for than the bounds allow."""
    of, legs = f"scaling of ECS service {swing.service}", [leg for leg in (swing.out, swing.back) if leg is not None]
    found = [f"{of}: {leg.most} tasks were asked for, and {ceiling} are the most" for leg in legs if leg.most > ceiling]
    low = min((leg.least for leg in legs), default=swing.minimum)
    return found + (
        [f"{of}: {low} tasks were asked for, and {swing.minimum} are the least"] if low < swing.minimum else []
    )


def cycle_problems(line: Line, facts: CyclesFacts) -> list[str | None]:
    """Return what went wrong in the cycles, and how many went right."""
    found: list[str | None] = []
    for number, swings in enumerate(facts.cycles, start=1):
        for swing in swings:
            said = [*swing_problems(swing), *bound_problems(swing, facts.ceiling), *duration_problems(line, swing)]
            found += [f"cycle {number}: {problem}" for problem in said if problem]
    right = sum(bool(swings) and all(sound(swing) for swing in swings) for swings in facts.cycles)
    failed = [failure for swings in facts.cycles for swing in swings for failure in swing.failures]
    of = f"out to {facts.ceiling} tasks and back"
    return [
        *found,
        line.limit("cycles").problem(right, of=of),
        line.limit("failed_activities").problem(len(failed), of=of, hint="; ".join(failed[:3])),
    ]


def room_problem(services: str, free: int, more: int) -> str | None:
    """Return what is wrong when the subnets of services have fewer free addresses than tasks may be added."""
    if free >= more:
        return None
    return f"the subnets of {services} have {free} free addresses, and {more} more tasks may be asked for"
