"""Judges what an answer lets browsers do with it (OWASP Secure Headers Project). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tests.judges.content_policy import policies

QUIET = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin", "origin",
         "origin-when-cross-origin"}  # fmt: skip
"""Referrer policies that keep paths from other sites."""


def unprotected(headers: Mapping[str, str]) -> list[str]:
    """Return what is missing from an answer, as words: nosniff, framing, the referrer."""
    return [
        what
        for what, there in (
            ("X-Content-Type-Options: nosniff", _words(headers, "X-Content-Type-Options")[:1] == ["nosniff"]),
            ("X-Frame-Options or frame-ancestors", _unframed(headers)),
            ("Referrer-Policy that keeps paths to itself", bool(QUIET & set(_words(headers, "Referrer-Policy")[-1:]))),
        )
        if not there
    ]


def by_what(lacking: Iterable[tuple[str, list[str]]], shown: int = 4) -> list[str]:
    """Return one sentence for each thing that is missing, with the answers that miss it."""
    places: dict[str, list[str]] = {}
    for answer, missing in lacking:
        for what in missing:
            places.setdefault(what, []).append(answer)
    return [
        f"no {what} on {', '.join(where[:shown])}{f' and {len(where) - shown} more' if len(where) > shown else ''}"
        for what, where in places.items()
    ]


def _unframed(headers: Mapping[str, str]) -> bool:
    framing = [p["frame-ancestors"] for p in policies([headers.get("Content-Security-Policy", "")])
               if "frame-ancestors" in p]  # fmt: skip
    if framing:  # browsers then ignore X-Frame-Options
        return any(not {"*", "http:", "https:"} & set(sources) for sources in framing)
    said = _words(headers, "X-Frame-Options")
    return bool(said) and set(said) <= {"deny", "sameorigin"}


def _words(headers: Mapping[str, str], name: str) -> list[str]:
    return [word.strip().lower() for word in headers.get(name, "").split(",") if word.strip()]
