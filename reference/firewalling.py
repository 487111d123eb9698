"""The firewall at work: the edge does with requests what the account's web ACL says, where it is attached.

Source: AWS WAF, Web ACLs: the action of a rule, and the override of a group's actions.
"""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import ClientError

from reference.aws.changes import Followed
from reference.clients import aws_client
from reference.services.edge import FIREWALLED, firewall_file
from reference.settings import Settings


def follow_firewall(settings: Settings, accounts: Followed) -> None:
    """Have the edge's firewall do as the account says. Raises botocore errors."""
    (product,) = FIREWALLED
    text = json.dumps(accounts.read("firewall", lambda: _modes(settings, product)))
    file = firewall_file(settings)
    if file.read_text() != text:
        partial = file.with_suffix(".partial")
        partial.write_text(text)
        partial.chmod(0o644)
        partial.rename(file)
        print(f"firewall of {product}: {text}", flush=True)


def _modes(settings: Settings, product: str) -> dict[str, str]:
    """Managed group to `block` or `count`; empty when the load balancer has no web ACL."""
    elb, waf = (aws_client(settings, product, service, "admin") for service in ("elbv2", "wafv2"))
    balancer = elb.describe_load_balancers()["LoadBalancers"][0]["LoadBalancerArn"]
    try:
        acl = waf.get_web_acl_for_resource(ResourceArn=balancer).get("WebACL")
    except ClientError as error:
        if error.response["Error"]["Code"] != "WAFNonexistentItemException":
            raise
        acl = None
    return {group: mode for rule in (acl or {}).get("Rules", []) for group, mode in _mode(rule)}


def _mode(rule: dict[str, Any]) -> list[tuple[str, str]]:
    group = rule.get("Statement", {}).get("ManagedRuleGroupStatement", {}).get("Name")
    return [(group, "count" if "Count" in rule.get("OverrideAction", {}) else "block")] if group else []
