"""A firewall that counts or stands elsewhere, and a limit that is not one for all instances and clients."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from reference.faults import fault
from reference.faults.database import wait_for
from reference.services.edge import firewall_file
from reference.switching import switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

LINE, NAME = "SEI-1.1.2.1.3", "seiketsu-production"
LIMITS = ["app:seiketsu-1:behaviour:rate_limit", "app:seiketsu-2:behaviour:rate_limit"]


def _modes(deployment: Deployment) -> set[str]:
    return set(json.loads(firewall_file(deployment.settings).read_text()).values())


def _override(deployment: Deployment, action: str) -> None:
    """Set what becomes of the actions of the ACL's groups of rules."""
    waf = deployment.aws("seiketsu", "wafv2")
    summary = next(acl for acl in waf.list_web_acls(Scope="REGIONAL")["WebACLs"] if acl["Name"] == NAME)
    place: dict[str, Any] = {"Name": NAME, "Scope": "REGIONAL", "Id": summary["Id"]}
    found = waf.get_web_acl(**place)
    acl = found["WebACL"]
    rules = [rule | ({"OverrideAction": {action: {}}} if "OverrideAction" in rule else {}) for rule in acl["Rules"]]
    kept = {key: acl[key] for key in ("DefaultAction", "VisibilityConfig")}
    waf.update_web_acl(**place, **kept, Rules=rules, LockToken=found["LockToken"])


@fault(
    name="sei-firewall-counts",
    breaks="the firewall's rules count malicious requests, and let them through",
    fails=[LINE],
    message=r"blocked attacks is 0 percent.*SQL injection in query was answered 200.*rule sql only counts",
    touches=["aws:seiketsu:wafv2"],
)
def counts(deployment: Deployment) -> Iterator[None]:
    _override(deployment, "Count")
    try:
        wait_for("the firewall counts", lambda: _modes(deployment) == {"count"})
        yield
    finally:
        _override(deployment, "None")
        wait_for("the firewall blocks", lambda: _modes(deployment) == {"block"})


@fault(
    name="sei-firewall-before-nothing",
    breaks="the firewall blocks, and stands in front of no load balancer that is used",
    fails=[LINE],
    message=r"blocked attacks is 0 percent.*no web ACL is in front of the load balancer that serves",
    touches=["aws:seiketsu:wafv2"],
    hard=True,
)
def before_nothing(deployment: Deployment) -> Iterator[None]:
    waf, elb = deployment.aws("seiketsu", "wafv2"), deployment.aws("seiketsu", "elbv2")
    balancer = elb.describe_load_balancers()["LoadBalancers"][0]["LoadBalancerArn"]
    acl = next(acl["ARN"] for acl in waf.list_web_acls(Scope="REGIONAL")["WebACLs"] if acl["Name"] == NAME)
    waf.disassociate_web_acl(ResourceArn=balancer)
    try:
        wait_for("the firewall is gone", lambda: not _modes(deployment))
        yield
    finally:
        waf.associate_web_acl(WebACLArn=acl, ResourceArn=balancer)
        wait_for("the firewall blocks", lambda: _modes(deployment) == {"block"})


@fault(
    name="sei-limit-by-process",
    breaks="each process counts requests for itself, so every instance more is a limit more",
    fails=[LINE],
    message=r"requests in one window were admitted, want 100.*limit deviation|all were admitted by 2 instances",
    touches=LIMITS,
    hard=True,
)
def limit_by_process(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, "seiketsu", "rate_limit_by_process")


@fault(
    name="sei-limit-by-forwarded-address",
    breaks="clients are told apart by the address that they themselves say they come from",
    fails=[LINE],
    message=r"each as if for another address: all were admitted by 2 instances",
    touches=LIMITS,
    hard=True,
)
def limit_by_forwarded_address(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, "seiketsu", "rate_limit_by_forwarded")
