"""Gives a run its budget of paid calls: one for all its workers."""

from __future__ import annotations

import uuid
from collections.abc import Generator
from typing import Any

import pytest

from golive.guard import budget
from golive.plugin.session import SESSION
from golive.plugin.verifies import line_of
from golive.target import TargetError

_RUN = pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    worker: dict[str, Any] = getattr(config, "workerinput", {})
    config.stash[_RUN] = worker.get("golive_run") or uuid.uuid4().hex


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["golive_run"] = node.config.stash[_RUN]


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, object, object]:
    config = session.config
    limit = 0.0
    if any(line_of(item.nodeid) for item in session.items):
        try:
            limit = config.stash[SESSION].target.budget.paid_calls
        except TargetError:
            limit = 0.0  # the session says so and ends the run
    purse = budget.configure(limit, config.stash[_RUN])
    try:
        return (yield)
    finally:
        if not hasattr(config, "workerinput"):
            purse.remove()
