"""Loads Golive's plugin and the fixtures; nothing else."""

import pytest

pytest.register_assert_rewrite("golive.plugin", "fixtures")

import fixtures  # noqa: E402
from golive.plugin import MODULES  # noqa: E402

pytest_plugins = [f"golive.plugin.{name}" for name in MODULES]


def pytest_configure(config: pytest.Config) -> None:
    """The hands are for checks: a decision over a ledger needs none of them, and their libraries take half a second."""
    if not config.getoption("--gate-only"):
        for name in fixtures.MODULES:
            config.pluginmanager.import_plugin(name)
