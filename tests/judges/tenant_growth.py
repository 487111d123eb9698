"""Whether capacity followed tenants that became more: tasks, answer times, connections. Pure."""

from __future__ import annotations

from fixtures.aws.growth import GrowthFacts, Step
from golive.catalogue import Line
from golive.load.artefact import Size
from golive.verdict import Unobservable

STEPS = ("first_step", "second_step", "last_step")


def growth_problems(line: Line, facts: GrowthFacts) -> list[str | None]:
    """Return what is wrong: other steps than asked for, no task more, too late, slower answers, too many connections.

    Raises:
        Unobservable: nobody looked at the database; or no alarm went off although nothing is wrong with them.
    """
    of = f"ECS service {facts.service} under {facts.load}"
    problems: list[str | None] = [f"{of}: {facts.left}"] if facts.left else []
    if len(facts.steps) != len(STEPS):
        raise Unobservable(f"{of}: it has {len(facts.steps)} steps of tenants, want {len(STEPS)}", "Run it again")
    for name, step in zip(STEPS, facts.steps, strict=True):
        wanted = float(str(line.limit(name).value))
        problems.append(line.limit(name).problem(_whole(step.tenants, wanted, facts.size), of=of))
    first, last = facts.steps[0], facts.steps[-1]
    told = ", ".join(f"{s.tenants} tenants: {s.tasks} tasks, p95 {s.p95:.0f} ms" for s in facts.steps)
    added = line.limit("added_tasks").problem(
        last.tasks - facts.before, of=of, hint=f"{told}. At most {facts.maximum} may be asked for; {_alarms(facts)}"
    )
    growth, bad = line.limit("p95_growth"), [s for s in facts.steps if s.failed]
    problems += [
        added,
        *(f"{of}: {s.failed} of {s.requests} calls of {s.tenants} tenants failed" for s in bad),
        growth.problem(_percent(last.p95, first), of=of, hint=told),
        *(_connections(line, of, step) for step in facts.steps),
    ]
    if facts.waiting_p95 is not None and not growth.admits(_percent(facts.waiting_p95, first)):
        problems.append(
            f"{of}: was slow before a task more came, {facts.grew_after:g} s after the load began: p95 "
            f"{facts.waiting_p95:.0f} ms against {first.p95:.0f} ms at first. Let it scale earlier"
        )
    return problems


def _connections(line: Line, of: str, step: Step) -> str | None:
    if not step.most_connections:
        raise Unobservable(f"{of}: nobody saw the database's connections", "Give the target postgres.dsn")
    share = max(round(100 * step.connections / step.most_connections, 1), step.role_share)
    own = f", {step.role_share:g} % of what one role may have" if step.role_share else ""
    open_ = f"{step.connections} of {step.most_connections}{own}, were open"
    hint = f"{open_} while {step.tasks} tasks ran: how large are pools?"
    return line.limit("connections").problem(share, of=f"{of}, {step.tenants} tenants", hint=hint)


def _whole(tenants: int, wanted: float, size: Size) -> float:
    """So many tenants at full size: what is wanted where the run had as many as its size gives."""
    return wanted if tenants == max(1, round(wanted * size.tenants)) else round(tenants / size.tenants, 1)


def _percent(p95: float, first: Step) -> float:
    return round(100 * (p95 / first.p95 - 1), 1)


def _alarms(facts: GrowthFacts) -> str:
    if not facts.states:
        return "no policy of it has an alarm that asks for more tasks"
    return "alarms: " + ", ".join(f"{name} {state}" for name, state in facts.states.items())
