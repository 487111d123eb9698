"""Judges who may use a KMS key and who may change it, by its policy (KMS developer guide, key policies). Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

ADMINISTERS = ("kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:DisableKey", "kms:DisableKeyRotation")
USES = ("kms:Decrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom")
ACCOUNT_KEYS = ("kms:calleraccount", "aws:principalaccount", "aws:sourceaccount", "aws:principalorgid")
"""Condition keys that leave nobody of strange accounts, in lower case."""


def key_policy_problems(policy: Mapping[str, Any], account: str, friends: Collection[str] = ()) -> list[str]:
    """Return whom a key's policy lets in who should not be, as sentences without subject.

    Args:
        account: the id of the key's own account, whose root stands for what its IAM policies say.
        friends: ids of other accounts that may use it.
    """
    found, may = [], dict[str, set[str]]()
    for statement in _listed(policy.get("Statement")):
        if statement.get("Effect") != "Allow":
            continue
        sid, within = statement.get("Sid") or "(no Sid)", _within(statement, {account, *friends})
        for principal in _principals(statement):
            if principal == "*":
                found += [] if within else [f"may be used by anybody (statement {sid}, no condition on the account)"]
            elif principal.isdigit() or principal.startswith("arn:"):
                whose = principal if principal.isdigit() else principal.split(":")[4]
                if whose not in {account, *friends}:
                    found.append(f"may be used by the foreign account {whose} (statement {sid})")
                elif principal not in (account, f"arn:aws:iam::{account}:root"):
                    may.setdefault(principal, set()).update(_actions(statement))
    both = [name for name, actions in may.items() if actions & set(ADMINISTERS) and actions & set(USES)]
    return found + [f"is administered and used by one and the same, {name}" for name in both]


def _principals(statement: Mapping[str, Any]) -> Iterator[str]:
    """AWS principals; services' are left out: they act for whoever may use the key."""
    if "NotPrincipal" in statement:
        yield "*"
        return
    principal = statement.get("Principal")
    named = principal.get("AWS") if isinstance(principal, Mapping) else principal
    yield from map(str, _listed(named))


def _actions(statement: Mapping[str, Any]) -> set[str]:
    known = (*ADMINISTERS, *USES)
    if "NotAction" in statement:
        return {a for a in known if not _named(a, statement["NotAction"])}
    return {a for a in known if _named(a, statement.get("Action"))}


def _named(action: str, patterns: Any) -> bool:
    return any(fnmatchcase(action.lower(), str(pattern).lower()) for pattern in _listed(patterns))


def _within(statement: Mapping[str, Any], accounts: Collection[str]) -> bool:
    """Whether a condition leaves only these accounts, or one organisation."""
    for operator, block in (statement.get("Condition") or {}).items():
        for key, values in block.items():
            if operator in ("StringEquals", "StringLike") and key.lower() in ACCOUNT_KEYS:
                said = [str(v) for v in _listed(values)]
                if said and all(v in accounts or (v.startswith("o-") and "*" not in v) for v in said):
                    return True
    return False


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
