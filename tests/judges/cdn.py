"""What a content network's settings and answers say. Pure."""

from __future__ import annotations

from collections.abc import Mapping

SECURE = ("redirect-to-https", "https-only")


def plain_behaviours(protocols: Mapping[str, str]) -> list[str]:
    """Return the path patterns that are served over plain HTTP, with their policy."""
    return [f"{pattern} ({policy or 'no policy'})" for pattern, policy in protocols.items() if policy not in SECURE]


def protocol_of(policy: str) -> tuple[str, int]:
    """Return TLS version and year of a security policy: `("1.2", 2021)` of `TLSv1.2_2021`; year 0 where it has none."""
    version, _, year = policy.removeprefix("TLSv").partition("_")
    known = version.replace(".", "").isdigit()
    return version if known else "0", int(year) if year.isdigit() else 0


def is_copy(headers: Mapping[str, str]) -> bool:
    """Return whether an answer came from a cache: `X-Cache: Hit ...`, or an `Age` above zero (RFC 9111)."""
    age = headers.get("Age", "")
    return headers.get("X-Cache", "").lower().startswith(("hit", "refreshhit")) or (age.isdigit() and int(age) > 0)
