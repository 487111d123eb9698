"""Loads Golive's plugin and the fixtures; nothing else."""

import pytest

pytest.register_assert_rewrite("golive.plugin", "fixtures")

import fixtures  # noqa: E402
from golive.plugin import MODULES  # noqa: E402

pytest_plugins = [*(f"golive.plugin.{name}" for name in MODULES), *fixtures.MODULES]
