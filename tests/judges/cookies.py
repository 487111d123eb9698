"""Judges what may be done with the cookies that an answer sets (RFC 6265bis, 4.1). Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

READ_BY_PAGES = ("csrf", "xsrf")
"""Parts of the names of cookies that pages repeat in their requests, so that they have to read them."""


@dataclass(frozen=True)
class Cookie:
    """A cookie as it is set, without its value. `attributes`: names in lower case."""

    name: str
    attributes: Mapping[str, str]


def cookies_of(headers: Mapping[str, str]) -> list[Cookie]:
    """Return the cookies that an answer sets."""
    # One header may carry several; a comma also stands in Expires, so split only before `name=`.
    lines = re.split(r",\s*(?=[^;,\s]+=)", headers.get("Set-Cookie", ""))
    return [_cookie(line) for line in lines if line.strip()]


def _cookie(line: str) -> Cookie:
    pair, *rest = line.split(";")
    parts = [part.strip().partition("=") for part in rest]
    return Cookie(pair.partition("=")[0].strip(), {name.strip().lower(): value.strip() for name, _, value in parts})


def open_cookies(headers: Mapping[str, str]) -> list[str]:
    """Return the names of the cookies that are set without `Secure`."""
    return [c.name for c in cookies_of(headers) if "secure" not in c.attributes]


def open_sessions(headers: Mapping[str, str], names: set[str] | None = None) -> list[str]:
    """Return what is missing from the cookies that carry a session, as sentences without subject.

    Args:
        names: the cookies that do; None: all that the answer sets.
    """
    found = []
    for cookie in cookies_of(headers):
        if names is not None and cookie.name not in names:
            continue
        lacking = [] if "secure" in cookie.attributes else ["Secure"]
        if "httponly" not in cookie.attributes and not any(w in cookie.name.lower() for w in READ_BY_PAGES):
            lacking.append("HttpOnly")
        if cookie.attributes.get("samesite", "").lower() not in ("lax", "strict"):
            lacking.append("SameSite=Lax or Strict")
        found += [f"sets the session cookie {cookie.name} without {what}" for what in lacking]
    return found
