"""The same report inside a file that pytest-html writes (`pytest --html=x.html --self-contained-html`).

reports/report.html is our own file, since pytest-html can't carry it alone: its page knows tests, not lines (a line
without a check would be missing), counts outcomes, not verdicts, is not replaced in one step, and can't have a policy
that forbids fetching. Whoever asks pytest-html for a file gets the whole report on top of it, through its public hooks.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import pytest

FRAME = (
    '<iframe title="Production verification" sandbox="allow-scripts allow-modals" '
    'style="display:block;width:100%;height:94vh;border:0" srcdoc="{}"></iframe>'
)


class InPytestHtml:
    """A pytest plugin. `page` returns the rendered report, or None where the run has none."""

    def __init__(self, page: Callable[[], str | None]) -> None:
        self._page = page

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_results_summary(self, prefix: list[str], summary: list[str], postfix: list[str]) -> None:
        """Put the report above pytest-html's own summary, in a frame: neither page's styles reach the other."""
        del summary, postfix
        if page := self._page():
            prefix.append(FRAME.format(escape(page)))

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_report_title(self, report: Any) -> None:
        """Name the file's page."""
        report.title = "Production verification, with pytest's own view below"
