"""What a drill of taking a target out of the balancer showed. Pure."""

from __future__ import annotations

from fixtures.traffic.draining import DrainingFacts
from golive.catalogue import Line
from golive.verdict import Unobservable

LEAST_REQUESTS = 20
"""Fewer requests than this show nothing."""


def draining_problems(line: Line, facts: DrainingFacts, source: str) -> list[str | None]:
    """Return what is wrong: errors meanwhile, requests to the target that was out, a target that did not return.

    Raises:
        Unobservable: hardly anything was asked meanwhile.
    """
    if facts.requests < LEAST_REQUESTS:
        raise Unobservable(f"only {facts.requests} requests were made while {facts.instance} was taken out ({source})")
    of = f"taking {facts.instance} out of the balancer"
    return [
        line.limit("errors").problem(len(facts.errors), of=of, hint="; ".join(facts.errors[:3])),
        line.limit("requests_after_drain").problem(
            facts.requests_after_drain,
            of=of,
            hint=f"It was deregistered, its delay of {facts.drain_delay:g} s was over, and it still got requests",
        ),
        None if facts.returned_after is not None else f"{of}: it was registered again and got no request since",
    ]
