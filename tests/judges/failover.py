"""Judges a failover of Redis by what the drill saw. Pure."""

from __future__ import annotations

from fixtures.redis.failover import FailoverFacts
from golive.catalogue import Line
from golive.verdict import Unobservable

FEWEST_CONFIRMED = 20


def failover_problems(line: Line, facts: FailoverFacts, limit_seconds: float) -> list[str | None]:
    """Sentences on what did not hold.

    Raises:
        Unobservable: too little was written or asked to say that nothing was lost.
    """
    if problem := line.limit("write_rate").problem(facts.write_rate, of="writes before the failover"):
        raise Unobservable(
            f"{problem}: too few to see a loss",
            "Run from a less busy machine, and raise budget.calls_per_second in the target",
        )
    if facts.confirmed < FEWEST_CONFIRMED or not facts.api_calls:
        raise Unobservable(
            f"only {facts.confirmed} writes were confirmed by a replica, the API was called {facts.api_calls} times",
            "Run from a less busy machine",
        )
    found: list[str | None] = []
    if not facts.new_primary or facts.new_primary_after is None:
        found.append(
            f"no new primary within {limit_seconds:g} s of {facts.by}: {facts.old_primary} was not replaced. "
            "Look at the Sentinels' quorum, or at the group's automatic failover"
        )
    else:
        found.append(line.limit("new_primary").problem(facts.new_primary_after, of=f"failover to {facts.new_primary}"))
        if facts.writes_again_after is None:
            found.append(f"no write was acknowledged within {limit_seconds:g} s, though {facts.new_primary} is primary")
        else:
            of = f"the first write after the failover to {facts.new_primary}"
            found.append(line.limit("new_primary").problem(facts.writes_again_after, of=of))
    of = f"{facts.lost} of {facts.acknowledged} acknowledged writes that are gone"
    found.append(line.limit("lost_write_span").problem(facts.lost_span, of=of))
    of = f"{facts.confirmed} writes that WAIT 1 confirmed"
    found.append(line.limit("lost_confirmed_writes").problem(facts.confirmed_lost, of=of))
    errors = 100 * facts.api_errors / facts.api_calls
    hint = "; ".join(facts.api_problems[:5])
    found.append(
        line.limit("api_errors").problem(errors, of=f"{facts.api_calls} API calls during the failover", hint=hint)
    )
    found += [f"after the failover {said}" for said in facts.misled]
    return found + rest_problems(facts)


def rest_problems(facts: FailoverFacts) -> list[str | None]:
    """What is wrong with the nodes in the end: one primary, the others its replicas."""
    primaries = [node for node, role in facts.roles.items() if role == "master"]
    found: list[str | None] = []
    if facts.roles and len(primaries) != 1:
        words = ", ".join(primaries) or "none"
        found.append(f"{len(primaries)} nodes accept writes as primary after the failover: {words}")
    found += [
        f"{node} did not come back as a replica: {role}"
        for node, role in facts.roles.items()
        if role not in ("master", "slave")
    ]
    return found
