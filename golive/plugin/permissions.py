"""`--iam-actions FILE`: records which IAM actions each line needs, from the calls that the run makes."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from golive.iam import needed, record
from golive.plugin.run import RECORD
from golive.plugin.verifies import line_of
from golive.verdict import Verdict


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.getgroup("golive").addoption(
        "--iam-actions", metavar="JSON", help="record in this file which IAM actions each line needed"
    )


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    needed.begin(line_of(item.nodeid))
    try:
        return (yield)
    finally:
        needed.begin(None)


def pytest_sessionfinish(session: pytest.Session) -> None:
    config = session.config
    if hasattr(config, "workeroutput"):
        config.workeroutput["golive_actions"] = needed.by_line()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    needed.add(getattr(node, "workeroutput", {}).get("golive_actions", {}))


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    given = config.getoption("--iam-actions")
    if not given or hasattr(config, "workerinput"):
        return
    path = Path(config.invocation_params.dir, given)
    passed = {i for i, r in config.stash[RECORD].results.items() if r.verdict is Verdict.PASSED}
    record.update(path, passed, needed.by_line(), config.stash[RECORD].catalogue.lines)
    terminalreporter.write_line(f"IAM actions of the {len(passed)} lines that passed: {given}")
