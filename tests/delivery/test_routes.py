"""The load balancer's rules send every request to the right service, and strangers to none."""

from __future__ import annotations

from typing import Any

from fixtures.aws.balancing import LoadBalancer, TargetGroup, word_of
from fixtures.traffic.routes import Route, Routes
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import Found
from golive.plugin import verifies
from golive.verdict import Unobservable
from tests.judges.routing import Request, forwards_to

FIXED = "fixed-response"


@verifies("AURA-5.2.2.3")
def test_every_route_leads_to_its_service(
    line: Line, load_balancer: LoadBalancer, target_groups: Found[TargetGroup], routes: Routes
) -> None:
    secure = [found for found in load_balancer.listeners.or_none() if found.protocol == "HTTPS"]
    assert secure, f"{load_balancer}: has no HTTPS listener, so none of its routes can be asked for"
    listener = secure[0]
    fixed = [action for action in listener.default_actions if action.get("Type") == FIXED]
    problems: list[str | None] = []
    if not fixed:
        kinds = ", ".join(str(action.get("Type")) for action in listener.default_actions) or "nothing"
        problems.append(f"{listener}: what no rule takes gets {kinds}, want a fixed response")
    ruled = {route: _ruled(listener.rules, route, load_balancer) for route in routes.declared}
    answered = routes.answered(fixed[0] if fixed else {})
    wrong = [
        f"{route} is answered by {who}, not by {route.to}. {_said(ruled[route], route.to)}"
        for route, who in answered.items()
        if who != route.to
    ]
    wrong += [
        f"{route}: by the rules it goes to {word}, not to {route.to}"
        for route, word in ruled.items()
        if word != route.to and answered[route] == route.to
    ]
    share = 100 * (len(answered) - len(wrong)) / len(answered)
    problems.append(line.limit("routes_right").problem(share, of=routes, hint="; ".join(wrong[:5])))
    places = sorted({place for group in target_groups for place in group.health if place.rpartition(":")[2]})
    if not places:
        raise Unobservable("no target group has a target, so none can be tried from outside", "See AURA-5.1.1.3")
    bare = routes.reached_past_balancer(places)
    problems.append(
        line.limit("direct_task_answers").problem(len(bare), of=routes, hint=f"Open from outside: {', '.join(bare)}")
    )
    conclude(problems)


def _ruled(rules: list[dict[str, Any]], route: Route, balancer: LoadBalancer) -> str:
    """The service that the rules in the order of their priority give a request to."""
    done = forwards_to(rules, Request(route.host, route.path, route.method))
    if done.startswith("arn:"):
        return word_of(done, balancer.target_groups)
    return "default" if done == FIXED else done


def _said(word: str, wanted: str) -> str:
    return "The rules say otherwise: does the balancer follow them?" if word == wanted else f"The rules say: {word}"
