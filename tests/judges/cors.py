"""Judges cross-origin grants, and makes up the origins that must get none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from fixtures.cors import Grant

STRANGER = "evil.example"
DEVELOPER = "http://localhost:3000"
"""What development servers are called: an often forgotten entry of a production list."""


def strange_origins(own: Iterable[str], more: Iterable[str] = ()) -> dict[str, str]:
    """Return origins that are not the product's own, each with the trick it tries.

    Args:
        own: origins of the product's site, such as `https://app.example.com`.
        more: others that must be refused.
    """
    site = list(own)
    tricks = {
        f"https://{STRANGER}": "a stranger",
        "null": "a sandboxed page or a file",
        DEVELOPER: "a developer's server",
    }
    for origin in site:
        parts = urlsplit(origin)
        host, scheme = parts.hostname or "", parts.scheme
        port = f":{parts.port}" if parts.port else ""
        other = 8443 if parts.port != 8443 else 9443
        tricks |= {
            f"{'http' if scheme == 'https' else 'https'}://{host}{port}": "the site with the other scheme",
            f"{scheme}://{host}:{other}": "the site at another port",
            f"{scheme}://{host}.{STRANGER}{port}": "a host that begins like the site",
            f"{scheme}://{host}{port}.{STRANGER}": "an origin that begins like the site",
            f"{scheme}://evil{host}{port}": "a host that ends like the site",
            f"{scheme}://evil.{host}{port}": "a sub-domain of the site",
        }
        if "." in host:
            tricks[f"{scheme}://{host.replace('.', 'x', 1)}{port}"] = "a host that a dot of a pattern matches"
    tricks |= dict.fromkeys(more, "named in the target")
    return {origin: trick for origin, trick in tricks.items() if origin not in site}


def let_in(origin: str, trick: str, grants: Iterable[Grant]) -> str | None:
    """Return by which answers an origin that is not the product's own is let in, None when all refuse it."""
    given = [grant for grant in grants if grant.given]
    if not given:
        return None
    first, others = given[0], len(given) - 1
    credentials = " with credentials" if first.credentials else ""
    more = f" and {others} more" if others else ""
    return f"{origin} ({trick}) is let in by {first.what}{more}: Allow-Origin {first.allow_origin}{credentials}"


def lacks(grant: Grant) -> str | None:
    """Return what an answer to the product's own site lacks for its page to read it, else None."""
    if grant.allow_origin != grant.origin:
        shown = grant.allow_origin or "no header"
        return f"{grant}: Allow-Origin is {shown}, want {grant.origin}; browsers hide this answer from the page"
    if not grant.credentials:
        return f"{grant}: Allow-Credentials is not true"
    if "origin" not in grant.vary and "*" not in grant.vary:
        return f"{grant}: Vary does not name Origin, so a cache may give this answer to another site"
    return None


def preflight_lacks(grant: Grant) -> str | None:
    """The same for a preflight: also its status and how long it may be kept."""
    if problem := lacks(grant):
        return problem
    if grant.status not in (200, 204):
        return f"{grant} answered {grant.status}, want 200 or 204"
    if not grant.max_age:
        return f"{grant}: Max-Age is {grant.max_age}, so each call costs two"
    return None


def refused_pairs(method: str, headers: Sequence[str], grant: Grant) -> list[str]:
    """Return the method-header pairs that the preflight does not let through, such as `PUT with Authorization`."""
    return [f"{method} with {header}" for header in headers if not grant.admits(method, header)]
