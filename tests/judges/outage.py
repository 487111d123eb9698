"""What a drill of cutting one instance from its database showed, and how the balancer is set up to notice. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from fixtures.traffic.outage import OutageFacts
from golive.verdict import Unobservable

LEAST_REQUESTS = 10
"""Fewer requests than this show nothing."""


def strict_codes(codes: str | None) -> bool:
    """Say whether a matcher takes answers of success only: `200`, `200,204`, `200-299`."""
    if not codes:
        return False
    for part in codes.split(","):
        first, _, last = part.strip().partition("-")
        if not (first.isdigit() and (last or first).isdigit()):
            return False
        if not 200 <= int(first) <= int(last or first) <= 299:
            return False
    return True


def outage_problems(facts: OutageFacts, out_limit: float, back_limit: float, source: str) -> Iterable[str | None]:
    """Yield what decides beside the line's own limits: it said so, it was taken out, it got nothing, it came back.

    Raises:
        Unobservable: hardly anything was asked meanwhile.
    """
    if facts.requests < LEAST_REQUESTS:
        raise Unobservable(f"only {facts.requests} requests were made while {facts.instance} was cut off ({source})")
    of = f"instance {facts.instance} without its database"
    checked = facts.broken_statuses.get("checked")
    if checked is not None and checked < 400:
        yield (
            f"{of}: the balancer's health check {facts.checked_path} still answers {checked}. "
            "Does it look at the database?"
        )
    for operation, status in facts.broken_statuses.items():
        if operation != "checked" and status is not None and status < 500:
            yield f"{of}: {operation} still answers {status}"
    if facts.out_after is None:
        yield f"{of}: the balancer did not take it out within {out_limit:g} s"
    elif facts.back_after is None:
        yield f"{of}: it got no request within {back_limit:g} s of its repair"
    if facts.requests_when_out:
        yield f"{of}: it got {facts.requests_when_out} requests while the balancer called it unhealthy"
