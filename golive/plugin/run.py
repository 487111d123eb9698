"""Gathers the results of a run and writes the reports. Lives in the controller (or the one process without xdist)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from golive import __version__, clock
from golive.catalogue import Catalogue, Line, load_catalogue
from golive.gate import Scope, decide
from golive.guard.calls import calls
from golive.ledger import LedgerError
from golive.plugin.ledger import KEEPING, Keeping
from golive.plugin.outcome import attached
from golive.plugin.session import SESSION
from golive.plugin.verifies import line_of
from golive.plugin.waiving import with_waivers
from golive.redaction import redact
from golive.report import write_all
from golive.report.html import render_html
from golive.report.in_pytest_html import InPytestHtml
from golive.report.terminal import check_line, summary_lines
from golive.results import LineResult, Run, close_sum, in_document_order
from golive.rollup import with_final_boxes
from golive.target import Target, TargetError
from golive.verdict import Verdict
from golive.watch.kept import watched_of


@dataclass
class RunRecord:
    """What the controller knows so far. `selected` is every line that the run should end with a verdict for."""

    config: pytest.Config
    started: datetime = field(default_factory=clock.present)
    selected: set[str] = field(default_factory=set)
    results: dict[str, LineResult] = field(default_factory=dict)
    interrupted: bool = False
    catalogue: Catalogue = field(default_factory=load_catalogue)
    """As the target has it, once the target is known."""

    def add(self, result: LineResult) -> None:
        """Keep a result; a clean-up that failed after a verdict replaces it, and keeps its evidence."""
        before = self.results.get(result.id)
        if before is not None:
            result = replace(result, observed=before.observed, limit=before.limit, unit=before.unit)
        self.results[result.id] = result

    def finish(self, catalogue: Catalogue, target: Target | None, name: str, keeping: Keeping | None) -> Run:
        """Close the books: every selected line ends in exactly one verdict. With a ledger, the gate decides over it.

        `target` is None when its file can't be used; `name` then says so.
        """
        release = {n: str(p.release) for n, p in target.products.items()} if target else {}
        lines: list[Line] = [catalogue[i] for i in self.selected]
        missing = "interrupted before this check ran" if self.interrupted else "the check did not report a verdict"
        checked = [x for x in lines if not x.rolls_up]
        results = close_sum(checked, (r for i, r in self.results.items() if catalogue[i].checked), missing)
        facts = self._facts()
        if target:
            results, remarks = with_waivers(catalogue, results, target, clock.present())
            facts |= {"waivers": remarks} if remarks else {}
        results = with_final_boxes(catalogue, results, (x.id for x in lines if x.rolls_up))
        if keeping is None:
            gate = decide(catalogue, results, self._scope(catalogue, release), self._again())
        else:
            keeping.ledger.flush()
            gate = keeping.gate(
                catalogue, keeping.results(catalogue, clock.present()), f"{self._again()} --release {keeping.release}"
            )
        history = keeping.history(catalogue) if keeping else None
        return Run(
            golive=__version__,
            release=release,
            target=name,
            started=self.started,
            finished=clock.present(),
            gate=gate,
            lines=in_document_order(results, catalogue.lines),
            interrupted=self.interrupted,
            facts=facts,
            history=history,
            watched=watched_of(target, Path(self.config.getoption("--reports"))) if target else None,
        )

    def _scope(self, catalogue: Catalogue, products: Iterable[str]) -> Scope:
        """A whole run decides over what a release needs; a selection decides over itself."""
        whole = {x.id for x in catalogue.items() if x.product in set(products)} <= self.selected
        if whole:
            return Scope.of_release(catalogue, products)
        words = [f"-m {self.config.option.markexpr!r}" if self.config.option.markexpr else ""]
        words += [f"-k {self.config.option.keyword!r}" if self.config.option.keyword else ""]
        name = " ".join(["selection", *(w for w in words if w)]) if any(words) else "the named nodes alone"
        ids = [x.id for x in catalogue.items() if x.id in self.selected]
        return Scope.of_selection(name, ids)

    def _again(self) -> str:
        """The start of the command line that verifies a line again."""
        target = self.config.getoption("--target")
        return f"pytest --target {target}" if target else "pytest"

    def _facts(self) -> dict[str, str]:
        command = " ".join(["pytest", *map(str, self.config.invocation_params.args)])
        return {
            "command": redact(command),
            "verify again with": redact(self._again()),
            "calls made": str(calls.sent.total()),
            "AWS API calls": calls.aws_words() or "0",
            "throttled": str(calls.throttled.total()),
            "refused by the guard": str(calls.refused.total()),
        }


RECORD = pytest.StashKey[RunRecord]()


def _only_asks(config: pytest.Config) -> bool:
    """Whether the command line asks about the suite and verifies nothing."""
    return any(config.getoption(o) for o in ("--lines", "--target-check", "--gate-only"))


def _is_controller(config: pytest.Config) -> bool:
    return not hasattr(config, "workerinput")


def _select(config: pytest.Config, nodeids: Iterable[str]) -> None:
    found = {line_of(n) for n in nodeids} - {None}
    config.stash[RECORD].selected |= {i for i in found if i}


def pytest_configure(config: pytest.Config) -> None:
    if _is_controller(config):
        config.stash[RECORD] = RunRecord(config)


def pytest_collection_finish(session: pytest.Session) -> None:
    if _is_controller(session.config):
        _select(session.config, (item.nodeid for item in session.items))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_node_collection_finished(node: Any, ids: list[str]) -> None:
    _select(node.config, ids)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    record = node.config.stash[RECORD]
    calls.add(getattr(node, "workeroutput", {}).get("golive_calls", {}))
    if error:
        record.interrupted = True


@pytest.hookimpl(tryfirst=True)
def pytest_keyboard_interrupt() -> None:
    for config in _CONFIGS:
        config.stash[RECORD].interrupted = True


_CONFIGS: list[pytest.Config] = []


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    if _is_controller(session.config):
        session.config.pluginmanager.register(_Listener(session.config), "golive-listener")
        session.config.pluginmanager.register(InPytestHtml(lambda: _page(session.config)), "golive-in-pytest-html")
        _CONFIGS[:] = [session.config]


def _page(config: pytest.Config) -> str | None:
    """The report, for a file that pytest-html writes when it is asked to (`--html`)."""
    run = config.stash.get(RUN, None)
    return render_html(run, config.stash[RECORD].catalogue) if run else None


class _Listener:
    """Hears the reports as they come in, from workers too, and says each verdict as one line."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.terminal = config.pluginmanager.get_plugin("terminalreporter")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        result = attached(report)
        if result is None:
            return
        self.config.stash[RECORD].add(result)
        if self.terminal is not None and self.terminal.verbosity >= 0:
            self.terminal.showfspath = False
            self.terminal.ensure_newline()
            text, markup = check_line(result)
            self.terminal.write_line(text, **markup)


@pytest.hookimpl(tryfirst=True)
def pytest_report_teststatus(report: pytest.TestReport) -> tuple[str, str, str] | None:
    """Keep the counts of pytest's last line by verdict; the line of each check is written by the listener."""
    if line_of(report.nodeid) is None or (report.when == "teardown" and report.passed):
        return None
    result = attached(report)
    if result is None:
        return ("", "", "") if report.when == "setup" else None
    return {Verdict.PASSED: "passed", Verdict.FAILED: "failed"}.get(result.verdict, "unverified"), "", ""


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    config = session.config
    if not _is_controller(config) or config.option.collectonly or _only_asks(config):
        return
    record = config.stash[RECORD]
    if not record.selected:
        return
    record.interrupted |= exitstatus == pytest.ExitCode.INTERRUPTED
    state = config.stash[SESSION]
    target: Target | None = None
    try:
        target = state.target
        catalogue, name = state.catalogue, target.name
    except TargetError as error:
        catalogue, name = state.catalogue_as_written, f"no target: {redact(str(error))}"
    record.catalogue = catalogue
    keeping = config.stash.get(KEEPING, None)
    try:
        run = record.finish(catalogue, target, name, keeping)
        if keeping is not None:
            keeping.ledger.end(run.gate, finished=run.finished, interrupted=run.interrupted)
            keeping.ledger.close()
    except LedgerError as error:
        # What the ledger does not hold is not verified: the run's own verdicts are still shown.
        problem = config.stash[UNWRITTEN] = f"the ledger failed, so nothing is decided: {redact(str(error))}"
        run = record.finish(catalogue, target, name, None)
        run = replace(run, gate=replace(run.gate, go=False, reasons=(problem, *run.gate.reasons)))
        session.exitstatus = pytest.ExitCode.INTERNAL_ERROR
    config.stash[RUN] = run
    try:
        write_all(run, catalogue, Path(config.getoption("--reports")))
    except* OSError as group:
        reasons = "; ".join(str(e) for e in group.exceptions)
        config.stash[UNWRITTEN] = f"not all reports could be written: {redact(reasons)}"
        session.exitstatus = pytest.ExitCode.INTERNAL_ERROR
    if run.counts[Verdict.PASSED] == 0 and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    if config.getoption("--gate") and not run.gate.go and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


RUN = pytest.StashKey[Run]()
UNWRITTEN = pytest.StashKey[str]()


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    run = config.stash.get(RUN, None)
    if run is None:
        return
    folder = Path(config.getoption("--reports"))
    shown = folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder
    for text, markup in summary_lines(run, gate=config.getoption("--gate")):
        terminalreporter.write_line(text, **markup)
    if problem := config.stash.get(UNWRITTEN, ""):
        terminalreporter.write_line(problem, red=True, bold=True)
    terminalreporter.write_line(f"reports: {shown}/report.html")
