"""A load balancer that sends some of the requests elsewhere than they belong, or can be passed by."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from reference.faults import fault
from reference.faults.traffic import group_of, https_listener

if TYPE_CHECKING:
    from reference.deployment import Deployment

LINE, PRODUCT = "AURA-5.2.2.3", "aurastudio"
RULES = ["aws:aurastudio:elbv2:listener", "aws:aurastudio:elbv2:rules"]
OUTSIDE = "127.0.0.2"


def _followed(deployment: Deployment, make: Callable[[], Any]) -> Any:
    """Change the rules, and return what that gave once the edge follows them. Raises RuntimeError."""
    before = deployment.edge.variables["rules"].get(PRODUCT)
    made, until = make(), time.monotonic() + 20
    while deployment.edge.variables["rules"].get(PRODUCT) == before:
        if time.monotonic() > until:
            raise RuntimeError("the edge does not follow the rules")
        time.sleep(0.1)
    return made


def _leading(balancing: Any, rule: str, word: str) -> None:
    balancing.modify_rule(RuleArn=rule, Actions=[{"Type": "forward", "TargetGroupArn": group_of(balancing, word)}])


@fault(
    name="aura-routes-swapped",
    breaks="two rules of the balancer have each other's target group: that for streams and that for the bare domain",
    fails=[LINE],
    message=r"(?s)routes right is 9\d.*route \(aurastudio\.test/\) is answered by api, not by web",
    touches=RULES,
)
def swapped(deployment: Deployment) -> Iterator[None]:
    balancing = deployment.aws(PRODUCT, "elbv2")
    rules = balancing.describe_rules(ListenerArn=https_listener(balancing)["ListenerArn"])["Rules"]
    streams, domain = (next(r["RuleArn"] for r in rules if r["Priority"] == n) for n in ("12", "25"))

    def lead(first: str, second: str) -> None:
        _leading(balancing, streams, first)
        _leading(balancing, domain, second)

    _followed(deployment, lambda: lead("web", "api"))
    try:
        yield
    finally:
        _followed(deployment, lambda: lead("api", "web"))


@fault(
    name="aura-routes-shadowed",
    breaks="a rule of higher precedence takes a part of the API's paths for the site",
    fails=[LINE],
    message=r"(?s)routes right is 9\d.*/api/v3/agency/\S*\) is answered by web, not by api",
    touches=RULES,
    hard=True,
)
def shadowed(deployment: Deployment) -> Iterator[None]:
    balancing = deployment.aws(PRODUCT, "elbv2")
    conditions = [{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/api/v3/agency/legacy*"]}}]
    actions = [{"Type": "forward", "TargetGroupArn": group_of(balancing, "web")}]
    where = {"ListenerArn": https_listener(balancing)["ListenerArn"], "Priority": 5}
    made = _followed(deployment, lambda: balancing.create_rule(**where, Conditions=conditions, Actions=actions))
    try:
        yield
    finally:
        _followed(deployment, lambda: balancing.delete_rule(RuleArn=made["Rules"][0]["RuleArn"]))


@fault(
    name="aura-routes-any-host",
    breaks="what no rule takes is given to the site, so it answers under whatever name somebody points at it",
    fails=[LINE],
    message=r"(?s)what no rule takes gets forward.*unknown host \(\S+/\) is answered by web, not by default",
    touches=RULES,
    hard=True,
)
def any_host(deployment: Deployment) -> Iterator[None]:
    balancing = deployment.aws(PRODUCT, "elbv2")
    listener = https_listener(balancing)

    def default(actions: list[dict[str, Any]]) -> None:
        balancing.modify_listener(ListenerArn=listener["ListenerArn"], DefaultActions=actions)

    _followed(deployment, lambda: default([{"Type": "forward", "TargetGroupArn": group_of(balancing, "web")}]))
    try:
        yield
    finally:
        _followed(deployment, lambda: default(listener["DefaultActions"]))


@fault(
    name="aura-routes-task-from-outside",
    breaks="the port of one task is open to the internet, past the balancer",
    fails=[LINE],
    message=r"direct task answers is 1, want == 0.*127\.0\.0\.2:\d+",
    touches=["nginx:published"],
    hard=True,
)
def task_from_outside(deployment: Deployment) -> Iterator[None]:
    port = deployment.settings.products[PRODUCT].instances[1].port
    former = deployment.edge.reconfigure(published=[(OUTSIDE, port)])
    try:
        yield
    finally:
        deployment.edge.reconfigure(**former)
