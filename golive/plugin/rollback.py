"""What a pipeline asks every half minute: `pytest -m rollback` says in one line whether the release should go back now.

Its exit status is `GO_BACK` when a condition is met. Anything else than that and 0 means that some rule does not stand
or was not seen, as in every run.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

from golive.plugin.run import RUN
from golive.report.wording import one_line
from golive.results import LineResult, Run
from golive.rollback import ACTIVE, DECIDED
from golive.verdict import Verdict

GO_BACK = 10


def met(run: Run) -> list[LineResult]:
    """Return the lines whose condition is met now."""
    return [x for x in run.lines if x.verdict is Verdict.FAILED and x.message.startswith(ACTIVE)]


def answer(run: Run) -> tuple[str, dict[str, bool]]:
    """Return the answer in one line, with its markup."""
    if found := met(run):
        reasons = "; ".join(f"{x.id} {one_line(x.message.partition(chr(10))[0])}" for x in found)
        return f"GO BACK: {reasons}", {"red": True, "bold": True}
    seen = [x for x in run.lines if any(o.name == DECIDED for o in x.evidence)]
    if not seen:
        return "rollback: no condition was looked at, so nothing is known", {"yellow": True, "bold": True}
    unseen = [x for x in run.lines if x.attempted and x.verdict is Verdict.UNVERIFIED]
    text = f"rollback: no condition is met, {len(seen)} looked at"
    if unseen:
        return f"{text}; not seen: {', '.join(x.id for x in unseen)}", {"yellow": True}
    return text, {"green": True}


def _asked(config: pytest.Config) -> bool:
    return bool(re.search(r"\brollback\b", config.option.markexpr or "")) and RUN in config.stash


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if _asked(session.config) and met(session.config.stash[RUN]) and session.exitstatus in (0, 1):
        session.exitstatus = GO_BACK


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if _asked(config):
        text, markup = answer(config.stash[RUN])
        terminalreporter.write_line(text, **markup)
