"""`[PRODUCT.rollback]`: what goes back by itself, and by which alarms."""

from __future__ import annotations

from typing import Literal

from golive.target.base import Section

Trigger = Literal["voice", "api", "memory", "database", "sign_in", "sign_ins", "open_door", "tls", "revenue"]


class TriggerAlarms(Section):
    """`[PRODUCT.rollback.triggers.NAME]`: the CloudWatch alarms of one condition."""

    alarm: str
    """Its state ALARM rolls the release back. A metric alarm, plain or over an expression."""
    silence: str | None = None
    """The alarm that pages somebody when the metrics of `alarm` stop arriving."""


class Rollback(Section):
    """`[PRODUCT.rollback]`."""

    services: list[str] = ["api"]
    """Words of the ECS services whose deployments go back when an alarm goes off."""
    triggers: dict[Trigger, TriggerAlarms] = {}
    notify: list[str] = []
    """Program and arguments of the rollback's step that tells people. `{version}` and `{reason}` are filled; the reason
    has the run's mark and says that it is a test."""
