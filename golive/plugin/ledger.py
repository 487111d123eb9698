"""`--release V`: the run's verdicts go into the ledger as they come, and the gate decides over all that it holds.

`--gate-only` decides from the ledger without running anything. Lives in the controller.
"""

from __future__ import annotations

import functools
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from _pytest.main import wrap_session

from golive import __version__, clock
from golive.catalogue import Catalogue
from golive.gate import Scope, decide
from golive.ledger import LedgerError, Subject, standing, subjects
from golive.plugin.outcome import attached
from golive.plugin.session import SESSION
from golive.plugin.signing import ways_out, with_sign_offs
from golive.plugin.waiving import with_waivers
from golive.redaction import redact
from golive.report import write_all
from golive.report.terminal import summary_lines
from golive.results import Gate, LineResult, Run, in_document_order
from golive.rollup import with_final_boxes
from golive.target import Target, TargetError
from golive.verdict import Verdict
from golive.watch.kept import watched_of

if TYPE_CHECKING:
    from golive.history.overview import Overview
    from golive.ledger.store import Ledger


@dataclass
class Keeping:
    """The ledger that this run writes to, and what it writes about."""

    ledger: Ledger
    release: str
    target: Target
    subjects: dict[str, Subject] = field(default_factory=dict)
    """Product to what its verdicts are about; all products of the target are kept."""

    @property
    def decided(self) -> list[Subject]:
        """The products that the release is of: those with its version."""
        return [s for s in self.subjects.values() if s.version == self.release.lstrip("v")]

    def results(self, catalogue: Catalogue, now: datetime) -> list[LineResult]:
        """Where the release stands now, final boxes not among it."""
        found: list[LineResult] = []
        for subject in self.decided:
            stands = [r for r in standing(catalogue, self.ledger.newest(subject), now) if catalogue[r.id].checked]
            product = self.target.products[subject.product]
            failures = functools.partial(self.ledger.failures, subject)
            found += with_sign_offs(catalogue, stands, product, failures, now)
        return with_waivers(catalogue, found, self.target, now)[0]

    def history(self, catalogue: Catalogue) -> Overview:
        """How the release's products went on this target over the last runs, in this release and in others."""
        from golive.history.overview import VERDICTS, overview

        products = [s.product for s in self.decided]
        environment = self.decided[0].environment
        rows = self.ledger.recent(self.target.name, environment, products, VERDICTS)
        lines = [x for x in catalogue.items() if x.product in products and x.checked]
        passed = {row["line"] for row in rows if row["verdict"] == Verdict.PASSED.value}
        for product in products:
            left = [x.id for x in lines if x.product == product and x.id not in passed]
            passed |= self.ledger.passed(self.target.name, product, left) if left else set()
        return overview(rows, [x.id for x in lines if x.id not in passed], len(lines))

    def gate(self, catalogue: Catalogue, results: list[LineResult], command: str) -> Gate:
        """GO or NO-GO for the release, by where it stands."""
        scope = Scope.of_release(catalogue, [s.product for s in self.decided])
        unblock = ways_out(catalogue, {s.product: self.target.products[s.product] for s in self.decided})
        return decide(catalogue, results, scope, command, unblock)


KEEPING = pytest.StashKey[Keeping]()


def open_ledger(config: pytest.Config) -> Ledger:
    """Open the ledger that the command line names. Raises UsageError with one clear message."""
    from golive.ledger.store import Ledger  # SQLAlchemy takes a quarter of a second: only where there is a ledger

    try:
        return Ledger(config.getoption("--ledger"))
    except LedgerError as error:
        raise pytest.UsageError(redact(str(error))) from None


def keeping_for(ledger: Ledger, release: str, target: Target) -> Keeping:
    """Raises UsageError when the target describes another release."""
    keeping = Keeping(ledger, release, target, {s.product: s for s in subjects(target.name, target.products)})
    if not keeping.decided:
        running = ", ".join(f"{n} {p.release}" for n, p in target.products.items())
        raise pytest.UsageError(f"--release {release}: the target describes {running}. Correct the one or the other")
    return keeping


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> int | pytest.ExitCode | None:
    if not config.getoption("--gate-only"):
        return None
    missing = [o for o in ("--release", "--target") if not config.getoption(o)]
    if missing:
        raise pytest.UsageError(f"--gate-only needs {' and '.join(missing)}: it decides over a release on a target")
    return wrap_session(config, _decide_only)


def _decide_only(config: pytest.Config, session: pytest.Session) -> int:  # noqa: ARG001 - as wrap_session calls it
    state = config.stash[SESSION]
    keeping = keeping_for(open_ledger(config), config.getoption("--release"), state.target)
    catalogue, started = state.catalogue, clock.present()
    folder = Path(config.getoption("--reports"))
    command = f"pytest --target {config.getoption('--target')} --release {keeping.release}"
    try:
        results = keeping.results(catalogue, started)
        gate, history = keeping.gate(catalogue, results, command), keeping.history(catalogue)
    except LedgerError as error:
        raise pytest.UsageError(redact(str(error))) from None
    products = [s.product for s in keeping.decided]
    boxes = [x.id for x in catalogue.items() if x.product in products and x.rolls_up]
    run = Run(
        golive=__version__, release={s.product: str(state.target.products[s.product].release) for s in keeping.decided},
        target=state.target.name, started=started, finished=clock.present(), gate=gate,
        lines=in_document_order(with_final_boxes(catalogue, results, boxes), catalogue.lines),
        facts={"decided from": f"ledger {keeping.ledger}, nothing was run", "verify again with": redact(command)},
        history=history, watched=watched_of(state.target, folder),
    )  # fmt: skip
    keeping.ledger.close()
    terminal = config.get_terminal_writer()
    try:
        write_all(run, catalogue, folder)
    except* OSError as group:
        reasons = "; ".join(str(e) for e in group.exceptions)
        raise pytest.UsageError(f"not all reports could be written: {redact(reasons)}") from None
    for text, markup in summary_lines(run, gate=True):
        terminal.line(text, **markup)
    terminal.line(f"reports: {folder}/report.html")
    return pytest.ExitCode.OK if gate.go else pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> None:
    """Open the ledger before the first check: one that can't be written is no surprise at the end of the night."""
    config = session.config
    if hasattr(config, "workerinput") or not config.getoption("--release") or config.option.collectonly:
        return
    if config.getoption("--lines") or config.getoption("--target-check"):
        return
    with suppress(TargetError):  # said by the session itself
        keep(config)


def keep(config: pytest.Config) -> None:
    """Begin to keep the run's verdicts."""
    ledger = open_ledger(config)
    keeping = keeping_for(ledger, config.getoption("--release"), config.stash[SESSION].target)
    command = redact(" ".join(["pytest", *map(str, config.invocation_params.args)]))
    ledger.begin(golive=__version__, command=command, started=clock.present())
    config.stash[KEEPING] = keeping
    config.pluginmanager.register(_Listener(keeping), "golive-ledger-listener")


class _Listener:
    """Hears each verdict as it comes in, from workers too."""

    def __init__(self, keeping: Keeping) -> None:
        self.keeping = keeping

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        result = attached(report)
        if result is not None:
            self.keeping.ledger.add(self.keeping.subjects[result.product], result, clock.present())
