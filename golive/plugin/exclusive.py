"""Keeps checks that disrupt apart: while one runs, no other check of the run does, in whichever worker; they come last.

A check that reads while another kills the Redis primary would tell of the drill, not of the deployment.
"""

from __future__ import annotations

import tempfile
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path

import fasteners
import pytest

from golive.guard.effect import Effect
from golive.plugin.checks import needed_effect
from golive.plugin.verifies import line_of
from golive.run_id import run_id

_LOCK = pytest.StashKey[fasteners.InterProcessReaderWriterLock]()


def lock_file(run: str) -> Path:
    """The file that all workers of a run lock: shared by checks that leave the deployment as it is, else alone."""
    return Path(tempfile.gettempdir()) / f"{run}.lock"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: needed_effect(item) is Effect.DISRUPTS)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Outermost, so that waiting does not count against the check's own time."""
    if line_of(item.nodeid) is None:
        return (yield)
    stash = item.config.stash
    if _LOCK not in stash:
        stash[_LOCK] = fasteners.InterProcessReaderWriterLock(lock_file(run_id()))
    lock = stash[_LOCK]
    alone = needed_effect(item) is Effect.DISRUPTS
    with lock.write_lock() if alone else lock.read_lock():
        return (yield)


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        with suppress(FileNotFoundError):
            lock_file(run_id()).unlink()
