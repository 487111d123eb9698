"""Loads Golive's plugin and the fixtures; nothing else."""

from golive.plugin import MODULES

pytest_plugins = [*(f"golive.plugin.{name}" for name in MODULES), "fixtures"]
