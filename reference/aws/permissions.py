"""Who may do what: IAM identity policies, role trust, and policies on buckets and secrets, evaluated as AWS documents
it.

Order (IAM user guide, policy evaluation logic): an explicit deny in any policy wins, then an allow in an identity
policy or in the resource's policy, else denied. Boundaries and service control policies are not modelled.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

Policy = Mapping[str, Any]
Context = Mapping[str, str]
ALLOWED, EXPLICIT_DENY, IMPLICIT_DENY = "allowed", "explicitDeny", "implicitDeny"


def decide(policies: Iterable[Policy], action: str, resource: str, context: Context | None = None) -> str:
    """`allowed`, `explicitDeny` or `implicitDeny` (the names of SimulatePrincipalPolicy) for one action on one
    resource ARN."""
    decision = IMPLICIT_DENY
    for statement in (statement for policy in policies for statement in listed(policy.get("Statement"))):
        if not (_covers_action(statement, action) and _covers_resource(statement, resource)):
            continue
        if not conditions_hold(statement.get("Condition", {}), context or {}):
            continue
        if statement.get("Effect") == "Deny":
            return EXPLICIT_DENY
        decision = ALLOWED
    return decision


def for_principal(policy: Policy, principal: str, account: str) -> Policy:
    """The statements of a resource policy that speak of `principal` (an ARN, a service, or `anonymous`)."""
    return {"Statement": [s for s in listed(policy.get("Statement")) if _names(s, principal, account)]}


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def document(policy: Any) -> Policy:
    """A policy document from text or structure; an unreadable one grants nothing."""
    try:
        return json.loads(policy) if isinstance(policy, str) else policy or {}
    except ValueError:
        return {}


def conditions_hold(conditions: Mapping[str, Any], context: Context) -> bool:
    """True if each condition block holds for the request's context keys. An unknown operator does not hold."""
    known = {key.lower(): value for key, value in context.items()}
    return all(
        _condition(operator, known.get(key.lower()), [str(v) for v in listed(values)])
        for operator, block in conditions.items()
        for key, values in block.items()
    )


def _condition(operator: str, value: str | None, wanted: list[str]) -> bool:
    name = operator.removeprefix("ForAnyValue:").removeprefix("ForAllValues:")
    optional = name.endswith("IfExists")
    name = name.removesuffix("IfExists")
    if name == "Null":
        return (value is None) == (wanted == ["true"])
    negative = "Not" in name
    if value is None:
        return optional or negative
    if name in ("StringLike", "ArnLike", "ArnEquals", "StringNotLike", "ArnNotLike", "ArnNotEquals"):
        found = any(_like(value, pattern) for pattern in wanted)
    elif name in ("StringEquals", "StringNotEquals"):
        found = value in wanted
    elif name in ("Bool", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"):
        found = value.lower() in [w.lower() for w in wanted]
    elif name.startswith("Numeric"):
        found = any(_number(name, float(value), float(w)) for w in wanted)
    else:
        return False
    return found != negative


def _number(name: str, value: float, wanted: float) -> bool:
    return {
        "NumericLessThan": value < wanted,
        "NumericLessThanEquals": value <= wanted,
        "NumericGreaterThan": value > wanted,
        "NumericGreaterThanEquals": value >= wanted,
        "NumericEquals": value == wanted,
        "NumericNotEquals": value == wanted,
    }.get(name, False)


def _covers_action(statement: Policy, action: str) -> bool:
    if "NotAction" in statement:
        return not any(_like(action.lower(), pattern.lower()) for pattern in listed(statement["NotAction"]))
    return any(_like(action.lower(), pattern.lower()) for pattern in listed(statement.get("Action")))


def _covers_resource(statement: Policy, resource: str) -> bool:
    if "NotResource" in statement:
        return not any(_like(resource, pattern) for pattern in listed(statement["NotResource"]))
    # A trust policy has no resource: it speaks of its own role.
    return "Resource" not in statement or any(_like(resource, pattern) for pattern in listed(statement["Resource"]))


def _names(statement: Policy, principal: str, account: str) -> bool:
    if "NotPrincipal" in statement:
        return principal not in _principals(statement["NotPrincipal"])
    named = _principals(statement.get("Principal"))
    if "*" in named:
        return True
    roots = {f"arn:aws:iam::{account}:root", account}
    return principal in named or (principal.startswith(f"arn:aws:iam::{account}:") and bool(roots & set(named)))


def _principals(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        return [str(name) for names in value.values() for name in listed(names)]
    return [str(name) for name in listed(value)]


def _like(value: str, pattern: str) -> bool:
    return fnmatchcase(value, pattern.replace("[", "[[]"))
