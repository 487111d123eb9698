"""Redaction, applied when something is recorded, not when it is printed."""

from __future__ import annotations

from typing import Any


def redact(value: Any) -> Any:
    return value
