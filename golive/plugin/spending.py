"""Gives a run its budget of paid calls: one for all its workers."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

from golive.guard import budget
from golive.plugin.session import SESSION
from golive.plugin.verifies import line_of
from golive.run_id import run_id, take_over
from golive.target import TargetError


def pytest_configure(config: pytest.Config) -> None:
    worker: dict[str, Any] = getattr(config, "workerinput", {})
    if "golive_run" in worker:
        take_over(worker["golive_run"])


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["golive_run"] = run_id()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, object, object]:
    config = session.config
    limit = 0.0
    if any(line_of(item.nodeid) for item in session.items):
        try:
            limit = config.stash[SESSION].target.budget.paid_calls
        except TargetError:
            limit = 0.0  # the session says so and ends the run
    purse = budget.configure(limit, run_id())
    try:
        return (yield)
    finally:
        if not hasattr(config, "workerinput"):
            purse.remove()
