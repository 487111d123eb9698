"""Whether a rollback rule stands: armed, wired to what it takes back, and heard when it goes blind. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.judges.alarm_definition import Definition
from tests.judges.rollback_vectors import Vector


def unwired(service: object, settings: Mapping[str, Any], alarm: str) -> str | None:
    """Return why the alarm would not take the service's deployment back. `settings`: its deployment configuration."""
    alarms = settings.get("alarms") or {}
    names = list(alarms.get("alarmNames") or [])
    if alarm not in names:
        return (
            f"{service} does not go back by alarm {alarm}: its deployments watch {', '.join(names) or 'none'}. "
            "Name it in deploymentConfiguration.alarms"
        )
    if not alarms.get("enable") or not alarms.get("rollback"):
        missing = "watch" if not alarms.get("enable") else "roll back by"
        return f"{service} names alarm {alarm}, but its deployments do not {missing} alarms. Set enable and rollback"
    return None


def deaf(silence: Definition, healthy: Vector, silent: Vector, periods: float) -> str | None:
    """Return why nobody is paged when the metrics stop, by what the alarm does; within so many of its periods."""
    if silence.goes_off(healthy.streams, healthy.onset) is not None:
        return f"alarm {silence.name} goes off while everything reports"
    at = silence.goes_off(silent.streams, silent.length)
    if at is None:
        return (
            f"alarm {silence.name} stays quiet when {silent.name}: a total outage would look well. "
            "Treat missing data as breaching"
        )
    after = at - silent.onset
    if after > periods * silence.period:
        return f"alarm {silence.name} goes off {after:.0f} s after {silent.name}, want {periods * silence.period:.0f} s"
    return None
