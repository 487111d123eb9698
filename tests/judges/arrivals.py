"""How spans of time are said. Pure."""

from __future__ import annotations

from datetime import timedelta


def minutes(span: timedelta) -> str:
    """Return the span in words, such as `12 min` or `2 h 5 min`."""
    whole = round(span.total_seconds() / 60)
    return f"{whole} min" if whole < 120 else f"{whole // 60} h {whole % 60} min"
