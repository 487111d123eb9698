"""Judges what the site's own answers grant to pages of other origins. Pure."""

from __future__ import annotations

from collections.abc import Mapping

_STATIC = ("text/css", "text/javascript", "application/javascript", "image/", "font/")


def is_static(content_type: str) -> bool:
    """Return whether a media type is that of a public asset, which anybody may load."""
    return content_type.startswith(_STATIC)


def grant_of(headers: Mapping[str, str], origin: str) -> str | None:
    """Return how an answer lets a page of this origin read it as the signed-in visitor, None when it does not.

    A bare `*` lets everybody read what a stranger may read anyway: browsers send no session with it.
    """
    allowed = headers.get("Access-Control-Allow-Origin", "").strip()
    credentials = headers.get("Access-Control-Allow-Credentials", "").strip().lower() == "true"
    with_them = " with credentials" if credentials else ""
    if allowed == "*":
        return f"Allow-Origin *{with_them}" if credentials else None
    return f"Allow-Origin {allowed}{with_them}" if allowed and allowed.lower() == origin.lower() else None
