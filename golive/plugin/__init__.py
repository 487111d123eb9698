"""The pytest plugin. `conftest.py` loads it; each module here is one concern and registers its own hooks."""

from golive.plugin.verifies import verifies

__all__ = ["verifies"]

MODULES = (
    "options",
    "verifies",
    "narrowing",
    "session",
    "checks",
    "exclusive",
    "spending",
    "sharing",
    "ledger",
    "run",
    "rollback",
    "permissions",
    "checklist",
    "lines",
    "target_check",
    "redacted",
)
"""The order in which they are registered."""
