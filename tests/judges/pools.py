"""Judges the API's connections to Redis. Pure."""

from __future__ import annotations

from fixtures.redis.pools import PoolFacts
from golive.catalogue import Line
from golive.verdict import Unobservable

MOST_FAILED = 0.1
"""Share of the load's requests that may be too slow for a busy machine; more, and the API does not bear the load."""


def pool_problems(line: Line, facts: PoolFacts) -> list[str | None]:
    """What is wrong with them.

    Raises:
        Unobservable: there was too little load, or none of the connections was the API's.
    """
    busiest = ", ".join(f"{name} {count}" for name, count in facts.by_name.items())
    share = 100 * facts.most / facts.bound
    of = f"{facts.most} connections of the API at most ({busiest or 'none'}), of {facts.bound}; the part in use"
    found: list[str | None] = [
        line.limit("clients_of_pools").problem(share, of=of, hint="Is a connection made for each request?")
    ]
    if facts.ended_early:
        return found
    for name, seen in (("requests", facts.requests), ("concurrency", facts.concurrency)):
        if problem := line.limit(name).problem(seen, of="the load"):
            raise Unobservable(problem)
    if not facts.most:
        raise Unobservable(
            "none of the connections to Redis was the API's", "Name their user or client name in redis.pool_users"
        )
    growth = 100 * (facts.after - facts.before) / max(facts.before, facts.bound)
    of = f"from {facts.before} to {facts.after} connections over {facts.requests} requests; the growth"
    found.append(line.limit("growth").problem(growth, of=of))
    if facts.failed > MOST_FAILED * facts.requests:
        found.append(f"{facts.failed} of {facts.requests} requests were not served under the load")
    if facts.back_after is None:
        found.append("after all connections were cut: " + "; ".join(facts.not_back))
    else:
        found.append(
            line.limit("recovery").problem(facts.back_after, of="Redis in use again after the connections were cut")
        )
    if facts.after_cut > facts.bound:
        found.append(
            f"{facts.after_cut} connections after the cut, of {facts.bound}: those that were cut were not let go"
        )
    of = f"the slowest answer while Redis stood still for {facts.pause:g} s"
    hint = "Give commands and the wait for a connection a time-out"
    found.append(line.limit("recovery").problem(facts.slowest, of=of, hint=hint))
    return found
