"""Judges who may act with a password alone: policies that deny it, and what an API gives for half a sign-in. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import unquote

SHORTEST = 16
"""Characters of a text that could be a token."""
_WITHOUT = ("iam:", "sts:")
"""What may stay allowed without a second factor: giving oneself one, and signing in with it."""


def denied_without(statements: Iterable[Mapping[str, Any]]) -> bool:
    """Return whether policies deny nearly everything to who has not shown a second factor.

    `Bool` instead of `BoolIfExists` does not do: long-lived keys don't carry the condition's key at all.
    """
    return any(_denies(s) for s in statements)


def _denies(statement: Mapping[str, Any]) -> bool:
    condition = statement.get("Condition") or {}
    kept = {k.lower(): v for k, v in (condition.get("BoolIfExists") or {}).items()}
    said = kept.get("aws:multifactorauthpresent")
    values = said if isinstance(said, list) else [said]
    whole = "*" in statement.get("Action", []) or (
        "NotAction" in statement and all(a.startswith(_WITHOUT) and a[4:] != "*" for a in statement["NotAction"])
    )
    return (
        statement.get("Effect") == "Deny" and set(condition) == {"BoolIfExists"} and len(kept) == 1
        and [str(v).lower() for v in values] == ["false"] and whole and "*" in statement.get("Resource", [])
    )  # fmt: skip


def tokens_in(answer: Any, headers: Mapping[str, str]) -> list[str]:
    """Return every text in an answer that could be a token: in its JSON, its headers and its cookies."""
    texts = [*_texts(answer)]
    for name, value in headers.items():
        if name.lower() == "set-cookie":
            texts += [unquote(part.partition("=")[2]) for part in value.split(";")]
        elif "token" in name.lower() or name.lower() == "authorization":
            texts.append(value.removeprefix("Bearer ").strip())
    return list(dict.fromkeys(t for t in texts if len(t) >= SHORTEST and " " not in t and t.isascii()))


def _texts(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        return [t for part in value.values() for t in _texts(part)]
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [t for part in value for t in _texts(part)]
    return [value] if isinstance(value, str) else []
