"""Lets the workers of a run share answers: the controller keeps them."""

from __future__ import annotations

from typing import Any

import pytest

from golive.sharing import Store, join

_STORE = pytest.StashKey[Store]()


def pytest_configure(config: pytest.Config) -> None:
    worker: dict[str, Any] = getattr(config, "workerinput", {})
    if "golive_sharing" in worker:
        address, key = worker["golive_sharing"]
        join((address, key))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    stash = node.config.stash
    if _STORE not in stash:
        stash[_STORE] = Store()
        node.config.add_cleanup(stash[_STORE].close)
    node.workerinput["golive_sharing"] = stash[_STORE].place
