"""Times that move with the deployment: data says `{ago = "4m"}`, answers say when that is.

`{"at": "2026-11-22T10:00:00+00:00"}` is a time that stays, for what happens while the deployment runs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def seconds(duration: str | float) -> float:
    """`"90s"`, `"4m"`, `"26h"`, `"30d"`, `"1d2h"` or a number of seconds. Raises ValueError."""
    if isinstance(duration, int | float):
        return float(duration)
    parts = re.findall(r"(-?\d+(?:\.\d+)?)([smhd])", duration)
    if not parts or "".join(number + unit for number, unit in parts) != duration:
        raise ValueError(f"not a duration: {duration!r}, expected such as 90s, 4m, 26h, 30d")
    return sum(float(number) * UNITS[unit] for number, unit in parts)


def is_moment(value: Any) -> bool:
    return isinstance(value, Mapping) and len(value) == 1 and "ago" in value


def resolved(value: Any, now: datetime | None = None) -> Any:
    """Replace every `{"ago": duration}` in a nested value by the time that long before `now` (in UTC); negative is
    ahead. `{"at": ISO 8601}` becomes that time."""
    if is_moment(value):
        return (now or datetime.now(UTC)) - timedelta(seconds=seconds(value["ago"]))
    if isinstance(value, Mapping) and value.keys() == {"at"}:
        return datetime.fromisoformat(value["at"])
    if isinstance(value, Mapping):
        return {key: resolved(item, now) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [resolved(item, now) for item in value]
    return value
