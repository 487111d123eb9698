"""Judges whether an impostor in the place of a store was refused, and whether that could be told. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

VERIFY_FULL = "verify-full"


@dataclass(frozen=True)
class Stand:
    """What one stand of an impostor showed.

    `before`, `after`: whether an instance called the store well. `trusted`, `entered`: whether a client that verifies,
    and one that does not, got in meanwhile. `accepted`: instances that went on with the impostor.
    """

    hop: str
    before: Mapping[str, bool]
    trusted: bool
    entered: bool
    accepted: Sequence[str]
    after: Mapping[str, bool]


def void(stand: Stand) -> list[str]:
    """Return why a refusal would say nothing."""
    found = [f"{name} did not call {stand.hop} well before" for name, well in stand.before.items() if not well]
    if stand.trusted:
        found.append(
            f"a client that verifies got in at {stand.hop}: there was no impostor, or its authority is trusted"
        )
    if not stand.entered:
        found.append(f"a client that does not verify did not get in at {stand.hop}: the impostor leads nowhere")
    return found


def taken_in(stand: Stand) -> list[str]:
    """Return a sentence for each instance that took the impostor for the store."""
    return [f"{name} went on with an impostor of {stand.hop}" for name in stand.accepted]


def lasting(stand: Stand) -> list[str]:
    """Return a sentence for each instance that did not come back."""
    return [f"{name} has not found {stand.hop} again since" for name, well in stand.after.items() if not well]


def mode_of(url: str) -> tuple[str, str] | None:
    """Return (`postgres`, the sslmode) or (`redis`, how far the certificate is verified) of a connection string, None
    for what is none of these. The second is `verify-full` in both cases when chain and name are verified.

    Source: libpq (sslmode is `prefer` where nothing is said), redis-py (ssl_cert_reqs is `required` for rediss://).
    """
    scheme, _, rest = url.partition("://")
    options = dict(part.partition("=")[::2] for part in rest.partition("?")[2].split("&") if part)
    if scheme.split("+")[0] in ("postgresql", "postgres"):
        return "postgres", options.get("sslmode", "prefer")
    if scheme == "redis":
        return "redis", "disable"
    if scheme == "rediss":
        wanted = options.get("ssl_cert_reqs", "required").lower().removeprefix("cert_")
        named = options.get("ssl_check_hostname", "true").lower() not in ("false", "0", "no")
        return "redis", VERIFY_FULL if wanted == "required" and named else f"ssl_cert_reqs={wanted}"
    return None
