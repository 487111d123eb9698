"""What sudden load did to a fleet, and its end to the calls. Pure."""

from __future__ import annotations

from fixtures.aws.surge import SurgeFacts
from golive.catalogue import Line
from golive.verdict import Unobservable


def surge_problems(line: Line, facts: SurgeFacts) -> list[str | None]:
    """Return what is wrong: nothing went off or came, too late, calls were cut, it did not shrink.

    Raises:
        Unobservable: no alarm went off although all of them see their metrics (the load was too small), or no call was
            open at a task that went.
    """
    of = f"scaling of ECS service {facts.service} under load"
    problems: list[str | None] = [f"{of}: {facts.left}"] if facts.left else []
    cut = line.limit("dropped_sockets").problem(len(facts.dropped), of=of, hint="; ".join(facts.dropped[:3]))
    if facts.alarm is None:
        return [*problems, *_silent(of, facts), cut]
    if facts.healthy_after is None or facts.served_after is None:
        said = "no task more became healthy" if facts.healthy_after is None else "no new task gave a good answer"
        return [*problems, f"{of}: alarm {facts.alarm} went off by {facts.load}, and {said}: {facts.last}", cut]
    problems += [
        line.limit("scale_out").problem(max(facts.healthy_after, facts.served_after), of=of),
        line.limit("added_tasks").problem(facts.added, of=of),
        cut,
        line.limit("resting_tasks").problem(facts.resting, of=f"{of}, after it"),
    ]
    if facts.back_after is None:
        return [*problems, f"{of}: after the load it did not shrink to {facts.before} tasks: {facts.last}"]
    problems.append(line.limit("scale_in").problem(round(facts.back_after / 60, 2), of=of))
    if not any(problems) and not facts.over_removal:
        raise Unobservable(
            f"{of}: of {facts.calls} calls none was open at a task when it was taken out, so draining was not seen",
            "Hold longer calls: [PRODUCT.drills] call_seconds",
        )
    return problems


def _silent(of: str, facts: SurgeFacts) -> list[str]:
    """Why no alarm went off. Raises Unobservable when all was well with them: the load was too small."""
    blind = [name for name, state in facts.states.items() if state == "INSUFFICIENT_DATA"]
    if blind:
        return [f"{of}: alarm {name} sees no data, is its metric's name right, and its dimensions?" for name in blind]
    if not facts.states:
        return [f"{of}: no policy of it has an alarm that asks for more tasks"]
    shown = ", ".join(f"{name} {state}" for name, state in facts.states.items())
    raise Unobservable(
        f"{of}: {facts.load} set no alarm off ({shown})", "Make more load: a larger profile in [PRODUCT.k6]"
    )
