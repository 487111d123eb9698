"""Judges the claims of an access token."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def wrong_claims(
    claims: Mapping[str, Any], issuer: str | None, audience: str | None, tenant: str, subject: str
) -> list[str]:
    """Return which claims are not those of this deployment and user. None and empty expectations are not judged."""
    problems = []
    if issuer and claims.get("iss") != issuer:
        problems.append(f"the token's issuer is {claims.get('iss')}, want {issuer}")
    audiences = claims.get("aud") if isinstance(claims.get("aud"), list) else [claims.get("aud")]
    if audience and audience not in (audiences or []):
        problems.append(f"the token is for {claims.get('aud')}, want {audience}")
    values = [str(value) for value in claims.values()]
    if tenant and tenant not in values:
        problems.append("the token does not say the user's tenant")
    if subject and str(claims.get("sub")) != subject:
        problems.append(f"the token's subject is {claims.get('sub')}, want {subject}")
    return problems


def lifetime_hours(claims: Mapping[str, Any], now: float) -> float | None:
    """Return how long the token is good from its beginning (or from now), None when it never ends."""
    end = claims.get("exp")
    return None if end is None else (float(end) - float(claims.get("iat", now))) / 3600
