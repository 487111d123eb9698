"""Judges how a secret is kept, and what in a container's environment is a secret in the clear. Pure."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

from golive.redaction import redact_text

SECRET_NAME = re.compile(
    r"(?:^|_)(?:\w*KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|DSN|CREDENTIALS?)(?:_|$)", re.IGNORECASE
)
_PLAIN = re.compile(r"(?:true|false|yes|no|on|off|none|null|\d+(?:\.\d+)?[a-z]{0,2}|)", re.IGNORECASE)
_IDENTIFIER = re.compile(
    r"[0-9a-f]{40}|sha256:[0-9a-f]{64}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|arn:aws[\w-]*:.*", re.IGNORECASE
)
"""Commits, digests, UUIDs and ARNs look random and are none."""
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_TOKEN = re.compile(r"[A-Za-z0-9+/=_.~-]{20,}")
ENTROPY_BITS, CHANGES = 3.2, 0.2
"""Least entropy per character, and share of neighbours of different kinds, that a random key has."""
PLACEHOLDER = re.compile(
    r"change[-_ ]?me|change[-_ ]this|\bchange\b|replace[-_ ]?me|your[-_]|\bexample\b|placeholder|\btodo\b|<[a-z_ -]+>"
    r"|x{4,}|\bdummy\b|postgres:postgres@",
    re.IGNORECASE,
)
LOCAL = re.compile(r"\b(?:localhost|127\.0\.0\.1|0\.0\.0\.0|host\.docker\.internal)\b|\[::1\]")


@dataclass(frozen=True)
class SecretSeen:
    """How one secret is kept. `stages`: version id to its stages. `exemption`: why it does not rotate."""

    key_manager: str
    deleted: datetime | None
    rotates: bool
    last_rotated: datetime | None
    next_rotation: datetime | None
    stages: Mapping[str, Sequence[str]]
    tags: Mapping[str, str]
    statements: Sequence[Mapping[str, Any]]
    exemption: str | None = None


def secret_problems(secret: SecretSeen, now: datetime) -> list[str]:
    """Return what is wrong with a secret, one phrase each."""
    problems = []
    if secret.deleted:
        problems.append(f"is marked for deletion ({secret.deleted:%Y-%m-%d}). Restore it")
    if secret.key_manager != "CUSTOMER":
        problems.append(
            f"is encrypted with a key of {secret.key_manager or 'unknown owner'}, want a customer-managed key"
        )
    if not any(value for name, value in secret.tags.items() if name.lower() == "owner"):
        problems.append("has no tag owner")
    if open_to := wildcards(secret.statements):
        problems.append(f"has a resource policy that lets {', '.join(open_to)} in")
    if not any("AWSCURRENT" in stages for stages in secret.stages.values()):
        problems.append("has no current version")
    if not secret.exemption:
        problems += _rotation(secret, now)
    return problems


def exemption_problem(reason: str | None) -> str | None:
    """An exemption from rotation must say when it was decided."""
    if reason is None or re.search(r"\b20\d\d-\d\d-\d\d\b", reason):
        return None
    return "is exempt from rotation without a date. Write when that was reviewed, as 2026-01-31"


def _rotation(secret: SecretSeen, now: datetime) -> list[str]:
    if not secret.rotates:
        return ["does not rotate. Turn rotation on, or declare why not in rotation_exempt"]
    problems = []
    if secret.next_rotation and secret.next_rotation < now:
        problems.append(
            f"should have rotated at {secret.next_rotation:%Y-%m-%d %H:%M}Z and did not. See the log of its function"
        )
    if stuck := [v for v, stages in secret.stages.items() if "AWSPENDING" in stages and "AWSCURRENT" not in stages]:
        problems.append(
            f"has a rotation that hangs: version {stuck[0][:8]} is pending. See the rotation function's log"
        )
    if secret.last_rotated is None:
        problems.append("was never rotated")
    return problems


def wildcards(statements: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return whom a policy lets in besides principals that it names."""
    found = []
    for statement in statements:
        if statement.get("Effect") != "Allow":
            continue
        if "NotPrincipal" in statement:
            found.append("everybody but a few")
        if "*" in _listed(statement.get("Principal")):
            found.append("anybody")
    return list(dict.fromkeys(found))


def secret_in_clear(name: str, value: str) -> str | None:
    """Return why a variable given in the clear is a secret, None when it is none. The value is in no answer."""
    public = name.upper().startswith(("NEXT_PUBLIC_", "PUBLIC_", "VITE_")) or "PUBLIC_KEY" in name.upper()
    if not public and SECRET_NAME.search(name) and not _PLAIN.fullmatch(value):
        return "its name says that it is a secret"
    if "://" in value and _has_password(value):
        return "its value is an address with a password in it"
    if _IDENTIFIER.fullmatch(value):
        return None
    if redact_text(value) != value:
        return "its value holds a credential"
    if not public and any(_random(word) for word in _TOKEN.findall(_DIGEST.sub("", value))):
        return "its value looks like a random key"
    return None


def placeholder_in(value: str, *, local: bool = True) -> str | None:
    """Return why a value is none for production, None when it may be. `local`: addresses of this machine count too."""
    if not value.strip():
        return "empty"
    if found := PLACEHOLDER.search(value):
        return f"a placeholder ({found[0].partition(':')[0]})"
    if local and (found := LOCAL.search(value)):
        return f"an address of the machine itself ({found[0]})"
    return None


def _has_password(value: str) -> bool:
    try:
        return bool(urlsplit(value).password)
    except ValueError:
        return False


def _random(word: str) -> bool:
    """Keys change between capitals, small letters and digits all the time; words, names and dates hardly do."""
    if _IDENTIFIER.fullmatch(word) or not re.search(r"\d", word) or not re.search(r"[A-Za-z]", word):
        return False
    kinds = [("digit" if c.isdigit() else "capital" if c.isupper() else "small") if c.isalnum() else "" for c in word]
    changes = sum(one != other and bool(one) and bool(other) for one, other in pairwise(kinds))
    counts = Counter(word)
    entropy = -sum(n / len(word) * math.log2(n / len(word)) for n in counts.values())
    return entropy >= ENTROPY_BITS and changes >= CHANGES * (len(word) - 1)


def _listed(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        return [one for part in value.values() for one in _listed(part)]
    return [str(one) for one in value] if isinstance(value, list) else [str(value)] if value else []
