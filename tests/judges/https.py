"""Judges how plain HTTP is answered, and what browsers are told about HTTPS."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urljoin, urlsplit

REDIRECTS = (301, 308)
"""Those that are kept: 302 and 307 ask for the plain address each time."""


def plain_problem(asked: str, status: int, location: str, secure: Iterable[str]) -> str | None:
    """Return why the answer to a plain `http://` URL is no lasting redirect to the same path over TLS, None when it is.

    Args:
        secure: the https origins that it may lead to.
    """
    if status not in REDIRECTS:
        wanted = " or ".join(map(str, REDIRECTS))
        return f"{asked} answers {status} in clear text, want {wanted} to https. Look at the listener of the plain port"
    there, here = urlsplit(urljoin(asked, location)), urlsplit(asked)
    if there.scheme != "https":
        return f"{asked} redirects to {location}, which is not https"
    origins = {(urlsplit(o).hostname, urlsplit(o).port or 443) for o in secure}
    if (there.hostname, there.port or 443) not in origins:
        return f"{asked} redirects to the host {there.netloc}, which is none of this deployment's"
    if (there.path or "/", there.query) != (here.path or "/", here.query):
        return f"{asked} redirects to {location}: the path is lost"
    return None


def max_age_of(header: str | None) -> int:
    """Return `max-age` of a Strict-Transport-Security header in seconds (RFC 6797, 6.1.1); -1 without one."""
    found = re.search(r"(?:^|;)\s*max-age\s*=\s*\"?(\d+)\"?\s*(?:;|$)", header or "", re.IGNORECASE)
    return int(found.group(1)) if found else -1


def covers_sub_domains(header: str | None) -> bool:
    """Whether the header holds for sub-domains too."""
    return any(part.strip().lower() == "includesubdomains" for part in (header or "").split(";"))
