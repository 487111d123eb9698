"""Whether a role's policies stay with what it needs, by cloudsplaining's analysis, and who may take the role. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from cloudsplaining.scan.policy_document import PolicyDocument
from cloudsplaining.scan.statement_detail import StatementDetail

ESCALATION = 3
"""Ways to more rights that a message names at most."""


def wide_statements(document: Mapping[str, Any]) -> list[str]:
    """Return what makes a policy wider than named actions on named things, as sentences without subject."""
    policy = PolicyDocument(dict(document))
    found = [problem for statement in policy.statements if statement.effect_allow for problem in _wide(statement)]
    ways = [str(way["type"]) for way in policy.allows_privilege_escalation]
    if ways and not found:
        found.append(f"lets its holder gain rights: {', '.join(ways[:ESCALATION])}")
    return found


def _wide(statement: StatementDetail) -> list[str]:
    sid = statement.json.get("Sid") or "(no Sid)"
    if statement.not_action:
        return [f"statement {sid} allows all but {', '.join(statement.not_action)} (NotAction)"]
    if statement.not_resource:
        return [f"statement {sid} allows on all but {', '.join(statement.not_resource)} (NotResource)"]
    patterns = [a for a in statement.actions if "*" in a or "?" in a]
    if patterns:
        return [f"statement {sid} allows by wildcard {', '.join(patterns)}"]
    everywhere = sorted({*statement.write_actions_without_constraints,
                         *statement.permissions_management_actions_without_constraints})  # fmt: skip
    return [f"statement {sid} allows {', '.join(everywhere)} on everything"] if everywhere else []


def trust_problems(trust: Mapping[str, Any], services: Collection[str], people: Collection[str]) -> list[str]:
    """Return who else than these AWS services and identities (ARNs) may take a role, as sentences without subject."""
    found = []
    for statement in _listed(trust.get("Statement")):
        if statement.get("Effect") != "Allow":
            continue
        principal = statement.get("Principal")
        if "NotPrincipal" in statement or principal is None:
            found.append("may be taken by everybody whom its trust policy does not name")
            continue
        named = principal if isinstance(principal, Mapping) else {"AWS": principal}
        for kind, names in named.items():
            known = services if kind == "Service" else people if kind == "AWS" else ()
            strangers = [str(n) for n in _listed(names) if n not in known]
            if strangers:
                found.append(f"may be taken by {', '.join('anybody (*)' if s == '*' else s for s in strangers)}")
    return found


def identity_of(arn: str) -> str:
    """Return the user or role behind the ARN of a caller: that of the role for a session of it."""
    if ":assumed-role/" not in arn:
        return arn
    head, _, rest = arn.partition(":assumed-role/")
    return f"{head.replace(':sts:', ':iam:')}:role/{rest.split('/')[0]}"


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
