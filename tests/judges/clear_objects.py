"""Judges whether a bucket's policy refuses everybody who comes without TLS. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

SWITCH = "aws:securetransport"


def refuses_clear_text(policy: Mapping[str, Any], bucket: str) -> bool:
    """Whether a statement denies everybody every action on the bucket and all its objects where there is no TLS.

    Source: Amazon S3 user guide, enforcing encryption of data in transit.
    """
    wanted = {f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"}
    covered: set[str] = set()
    for statement in _listed(policy.get("Statement", [])):
        if _denies_all(statement) and _without_tls_only(statement.get("Condition", {})):
            resources = set(_words(statement.get("Resource", [])))
            covered |= wanted if "*" in resources else resources
    return wanted <= covered


def _denies_all(statement: Mapping[str, Any]) -> bool:
    principal = statement.get("Principal")
    everybody = principal == "*" or (isinstance(principal, Mapping) and "*" in _words(principal.get("AWS", [])))
    actions = {action.lower() for action in _words(statement.get("Action", []))}
    return statement.get("Effect") == "Deny" and everybody and bool(actions & {"*", "s3:*"})


def _without_tls_only(condition: Mapping[str, Any]) -> bool:
    """Whether the condition holds for each request without TLS: it asks for that and for nothing else."""
    asked = [(kind, name.lower(), _words(value)) for kind, keys in condition.items() for name, value in keys.items()]
    return len(asked) == 1 and asked[0][0] in ("Bool", "BoolIfExists") and asked[0][1:] == (SWITCH, ["false"])


def _words(value: Any) -> list[str]:
    return [str(word) if not isinstance(word, bool) else str(word).lower() for word in _listed(value)]


def _listed(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else [value]
