"""Judges a content security policy (W3C CSP 3) by what it lets run, not by whether there is one. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

Policy = dict[str, list[str]]
"""Directive to its sources."""

_NONCE = re.compile(r"'nonce-([^']+)'")
_ANYBODY = ("*", "http:", "https:", "data:", "blob:", "http://*", "https://*")


def policies(values: Sequence[str]) -> list[Policy]:
    """Return the policies of the values of the header: each value may hold several, all of which hold together."""
    found = []
    for text in (part for value in values for part in value.split(",")):
        policy: Policy = {}
        for directive in filter(None, (d.split() for d in text.split(";"))):
            policy.setdefault(directive[0].lower(), directive[1:])
        if policy:
            found.append(policy)
    return found


def nonces(found: Sequence[Policy]) -> set[str]:
    """Return the nonces for scripts."""
    return {n for policy in found for source in _scripts(policy) or () for n in _NONCE.findall(source)}


def weaknesses(found: Sequence[Policy]) -> list[str]:
    """Return what none of the policies forbids, in words."""
    if not found:
        return ["there is no enforced policy"]
    return [
        sentence
        for sentence, forbids in (
            ("scripts in the page run ('unsafe-inline' without nonce or hash)", _forbids_inline),
            ("scripts of anybody run (script-src is absent or a wildcard)", _forbids_strangers),
            ("plug-ins load (no object-src 'none')", lambda p: _of(p, "object-src", "default-src") == ["'none'"]),
            ("a page can be given another base (no base-uri)", lambda p: _closed(p.get("base-uri"))),
            ("anybody may frame the page (no frame-ancestors)", lambda p: _closed(p.get("frame-ancestors"))),
        )
        if not any(forbids(policy) for policy in found)
    ]


def _of(policy: Policy, *names: str) -> list[str] | None:
    return next((policy[name] for name in names if name in policy), None)


def _scripts(policy: Policy) -> list[str] | None:
    return _of(policy, "script-src-elem", "script-src", "default-src")


def _forbids_inline(policy: Policy) -> bool:
    sources = _scripts(policy)
    if sources is None:
        return False
    better = any(s.startswith(("'nonce-", "'sha256-", "'sha384-", "'sha512-", "'strict-dynamic'")) for s in sources)
    return "'unsafe-inline'" not in sources or better


def _forbids_strangers(policy: Policy) -> bool:
    return _closed(_scripts(policy)) or "'strict-dynamic'" in (_scripts(policy) or [])


def _closed(sources: list[str] | None) -> bool:
    return sources is not None and not any(source in _ANYBODY for source in sources)
