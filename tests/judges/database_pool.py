"""Judges the API's connections to PostgreSQL. Pure."""

from __future__ import annotations

from fixtures.postgres.pool import PoolFacts
from golive.catalogue import Line
from golive.verdict import Unobservable

SHARE = 100.0
MOST_FAILED = 0.1
"""Share of the load's requests that may be refused, or be too slow for a busy machine."""


def database_pool_problems(line: Line, facts: PoolFacts, source: str) -> list[str | None]:
    """Return what is wrong with them.

    Args:
        source: where the facts are from, for messages.

    Raises:
        Unobservable: there was no such load, none of the connections was seen to be the API's, or the deployment was
            too busy for the load while nothing is wrong with its pools.
    """
    if problem := line.limit("parallel_requests").problem(facts.requests, of=source):
        raise Unobservable(problem, "Perform it again")
    if not facts.peak or not facts.max_connections:
        raise Unobservable("no connection of the API was seen", "Check app_role and pool_names of [PRODUCT.postgres]")
    over = (
        f"{facts.peak} connections of the API at once, its pools have {facts.bound}: "
        "is there a pool for each worker, or none?"
    )
    began = SHARE * facts.new_sessions / facts.requests
    refused = facts.failed - facts.too_slow
    problems = [
        over if facts.peak > facts.bound else None,
        line.limit("peak_connections").problem(
            SHARE * facts.server_peak / facts.max_connections, of=f"connections at the peak ({source})"
        ),
        line.limit("new_connections").problem(
            began,
            of=f"sessions that began, of {facts.requests} requests",
            hint=f"{facts.backends} different backends served: is a connection made for each request?",
        ),
        line.limit("idle_in_transaction").problem(
            facts.idle_in_transaction,
            of="connections after the load",
            hint="Which request leaves its transaction open?",
        ),
        f"{facts.after} connections of the API stay after the load, its pools have {facts.bound}"
        if facts.after > facts.bound
        else None,
        f"{refused} of {facts.requests} requests were refused under the load: {', '.join(facts.reasons)}"
        if refused > MOST_FAILED * facts.requests
        else None,
        f"{facts.failed} of {facts.requests} requests were not served under the load, nor were {facts.failed_alone} "
        f"that were made alone afterwards ({', '.join(facts.reasons)}): does each give its connection back?"
        if facts.failed_alone
        else None,
        None
        if facts.ended
        else "none of the API's connections could be ended, so that it stayed unseen how it goes on",
        line.limit("failed_after_restart").problem(
            facts.failed_after_restart,
            of=f"requests after {facts.ended} connections were ended",
            hint="Have the pool look at a connection before it gives it out (pool_pre_ping)",
        ),
    ]
    if facts.failed > MOST_FAILED * facts.requests and not any(problems):
        raise Unobservable(
            f"{facts.failed} of {facts.requests} requests came at a busy moment under the load, again and again "
            f"({', '.join(facts.reasons)}), and were served alone: the deployment was too busy for it",
            "Perform it when the machines have nothing else to do",
        )
    return problems
