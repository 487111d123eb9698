"""Who may read a bucket by its settings, and how long it keeps what was overwritten. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

FLAGS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
"""The four switches of a public access block."""
NARROWING = ("aws:sourcearn", "aws:sourceaccount", "aws:sourcevpc", "aws:sourcevpce", "aws:principalorgid",
             "aws:principalarn", "aws:principalaccount", "aws:sourceip", "s3:dataaccesspointaccount")  # fmt: skip
"""Condition keys that leave an `Allow` to everybody to a few (S3 user guide, "the meaning of public")."""


def flags_off(block: Mapping[str, Any]) -> list[str]:
    """Return the switches of a public access block that are not on."""
    return [flag for flag in FLAGS if block.get(flag) is not True]


def public_statements(policy: Mapping[str, Any]) -> list[str]:
    """Return what a policy allows everybody, as sentences without subject; conditions that narrow it are heeded."""
    found = []
    for statement in _listed(policy.get("Statement")):
        if statement.get("Effect") != "Allow" or not _everybody(statement):
            continue
        keys = {key.lower() for test in (statement.get("Condition") or {}).values() for key in test}
        if not keys & set(NARROWING):
            actions = ", ".join(map(str, _listed(statement.get("Action") or statement.get("NotAction"))))
            found.append(f"statement {statement.get('Sid', '(no Sid)')} allows {actions} to everybody")
    return found


def old_versions_days(rules: Iterable[Mapping[str, Any]]) -> tuple[float, str]:
    """Return the fewest days that a lifecycle keeps a version that was replaced, and the rule that says so.

    Infinity and no rule where nothing removes old versions. Rules that keep some newer versions count like others: the
    version before last is gone.
    """
    kept, by = float("inf"), ""
    for rule in rules:
        days = (rule.get("NoncurrentVersionExpiration") or {}).get("NoncurrentDays")
        if rule.get("Status") == "Enabled" and days is not None and float(days) < kept:
            kept, by = float(days), str(rule.get("ID", "(no id)"))
    return kept, by


def _everybody(statement: Mapping[str, Any]) -> bool:
    if "NotPrincipal" in statement:
        return True
    principal = statement.get("Principal")
    named = principal.values() if isinstance(principal, Mapping) else [principal]
    return any("*" in _listed(names) for names in named)


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
