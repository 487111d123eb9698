"""`[PRODUCT.rollback]`: what goes back by itself, and by which alarms."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from golive.target.base import Section

Trigger = Literal[
    "voice", "api", "memory", "database", "sign_in", "sign_ins", "open_door", "tls", "revenue", "satisfaction",
    "satisfaction_drop", "escalations", "compliance", "switched_off", "breach",
]  # fmt: skip


class TriggerAlarms(Section):
    """`[PRODUCT.rollback.triggers.NAME]`: the CloudWatch alarms of one condition."""

    alarm: str
    """Its state ALARM rolls the release back. A metric alarm, plain or over an expression."""
    silence: str | None = None
    """The alarm that pages somebody when the metrics of `alarm` stop arriving."""


class Sign(Section):
    """`[PRODUCT.rollback.signs.NAME]`: a sign of a data breach that the product writes into its log, and who counts
    it."""

    log_group: str
    filter: str
    """The metric filter of the log group that counts it."""
    series: str
    """Our word for the series that it is counted into."""
    event: dict[str, Any] = Field(min_length=1)
    """What an event has that is this sign, beside what every event has."""
    harmless: dict[str, Any] = Field(min_length=1)
    """What an event has that looks like it, and is none."""


class Rollback(Section):
    """`[PRODUCT.rollback]`."""

    services: list[str] = ["api"]
    """Words of the ECS services whose deployments go back when an alarm goes off."""
    triggers: dict[Trigger, TriggerAlarms] = {}
    signs: dict[str, Sign] = {}
    """Our word for a sign of a data breach to where it is seen."""
    notify: list[str] = []
    """Program and arguments of the rollback's step that tells people. `{version}` and `{reason}` are filled; the reason
    has the run's mark and says that it is a test."""
