"""Judges what a web application firewall let through and how it is set. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def passed(statuses: Sequence[tuple[str, int]], block: int) -> list[str]:
    """Return the attacks that were not blocked, with what they were answered."""
    return [f"{name} was answered {status}" for name, status in statuses if status != block]


def stopped(statuses: Sequence[tuple[str, int]], plain: Mapping[str, int]) -> list[str]:
    """Return the look-alikes, named `... in PLACE`, that were answered otherwise than a plain request of that place."""
    found = []
    for name, status in statuses:
        wanted = plain[name.rpartition(" in ")[2]]
        if status != wanted:
            found.append(f"{name} was answered {status}, a plain text {wanted}")
    return found


def settings_problems(acl: Mapping[str, Any] | None, logs: Sequence[str]) -> list[str]:
    """Return what is wrong with the web ACL before the balancer that serves, as sentences."""
    if acl is None:
        return ["no web ACL is in front of the load balancer that serves"]
    rules = acl.get("Rules", [])
    found = [f"rule {rule['Name']} only counts" for rule in rules if _counts(rule)]
    if not any(
        "RateBasedStatement" in rule.get("Statement", {}) and "Block" in rule.get("Action", {}) for rule in rules
    ):
        found.append("no rule limits the rate of one client")
    if not logs:
        found.append("it logs nothing")
    return [f"web ACL {acl['Name']}: {problem}" for problem in found]


def _counts(rule: Mapping[str, Any]) -> bool:
    if "Count" in (rule.get("OverrideAction") or {}) or "Count" in (rule.get("Action") or {}):
        return True
    group = rule.get("Statement", {}).get("ManagedRuleGroupStatement", {})
    return any("Count" in o.get("ActionToUse", {}) for o in group.get("RuleActionOverrides", [])) or bool(
        group.get("ExcludedRules")
    )
