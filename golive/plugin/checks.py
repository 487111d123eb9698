"""Runs each check: its effect, its recorder, its verdict. Lives in the process that runs the checks."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from golive import clock
from golive.catalogue import Line
from golive.guard import effect
from golive.guard.calls import calls
from golive.observation import Recorder, recording
from golive.plugin.outcome import Outcome, attach, outcome_of, result_of
from golive.plugin.session import SESSION
from golive.plugin.verifies import LineWithoutCheck, line_of
from golive.results import LineResult
from golive.target import ProductTarget, Target
from golive.verdict import NotConfigured, Verdict

_RECORDER = pytest.StashKey[Recorder]()
_OUTCOME = pytest.StashKey[Outcome]()


@pytest.fixture
def line(request: pytest.FixtureRequest) -> Line:
    """The checklist line that the running node verifies, its limits as this target has them."""
    session = request.config.stash[SESSION]
    return session.catalogue[request.param]


@pytest.fixture(scope="session")
def whole_target(request: pytest.FixtureRequest) -> Target:
    """The target file, all products."""
    return request.config.stash[SESSION].target


@pytest.fixture
def target(whole_target: Target, line: Line) -> ProductTarget:
    """The part of the target that the running line's product is deployed as."""
    return whole_target.product(line.product)


def needed_effect(item: pytest.Item) -> effect.Effect:
    """Return what the check's markers declare that it does."""
    if item.get_closest_marker("disrupts"):
        return effect.Effect.DISRUPTS
    return effect.Effect.WRITES if item.get_closest_marker("writes") else effect.Effect.READS


def reads_records(item: pytest.Item) -> bool:
    """Return whether the check, where its effect is not allowed, reads the record of an earlier drill instead."""
    return any(m.kwargs.get("or_record") for name in ("writes", "disrupts") for m in item.iter_markers(name))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    if line_of(item.nodeid) is None:
        return (yield)
    if item.get_closest_marker("timeout") is None:
        item.add_marker(pytest.mark.timeout(item.config.stash[SESSION].target.timeouts.check))
    recorder = item.stash[_RECORDER] = Recorder()
    recording(recorder)
    clock.begin()
    try:
        return (yield)
    finally:
        recording(None)
        effect.restore()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    line_id = line_of(item.nodeid)
    if line_id is None or isinstance(item, LineWithoutCheck):
        return
    session = item.config.stash[SESSION]
    line = session.catalogue[line_id]
    missing = session.target.product(line.product).missing(line.needs)
    if missing:
        names = ", ".join(f"[{line.product}.{m}]" for m in missing)
        raise NotConfigured(f"the target has no {names}", "Add it to the target file to have this line verified")
    needed = needed_effect(item)
    permitted = effect.permitted(session.target.allow, session.allow, needed)
    if not permitted and reads_records(item):
        needed = effect.Effect.READS
    effect.ensure_permitted(session.target.allow, session.allow, needed)
    effect.begin(needed)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    line_id = line_of(item.nodeid)
    if line_id is None:
        return report
    outcome = outcome_of(call.excinfo.value if call.excinfo else None)
    if call.when == "call" and outcome.verdict is Verdict.PASSED and (refusals := effect.refusals()):
        outcome = Outcome(Verdict.UNVERIFIED, f"the check ended well although a call was {refusals[0]}")
    if call.when == "call" and outcome.verdict in (Verdict.PASSED, Verdict.FAILED) and (doubt := clock.doubt()):
        outcome = Outcome(Verdict.UNVERIFIED, ". ".join(doubt))
    if call.when == "setup":
        item.stash[_OUTCOME] = outcome
    if call.when == "setup" and outcome.verdict is Verdict.PASSED:
        return report
    if call.when == "teardown":
        if outcome.verdict is Verdict.PASSED:
            return report
        outcome = Outcome(Verdict.FAILED, f"cleaning up did not succeed, something may be left: {outcome.message}")
    line = item.config.stash[SESSION].catalogue[line_id]
    nodeid = "" if isinstance(item, LineWithoutCheck) else item.nodeid
    result = result_of(line, nodeid, outcome, item.stash[_RECORDER], call.duration)
    attach(report, result)
    _show(report, result, outcome, item.config)
    return report


def _show(report: pytest.TestReport, result: LineResult, outcome: Outcome, config: pytest.Config) -> None:
    """Make pytest's own outcome agree with the verdict, and its text short unless more was asked for."""
    if result.verdict is Verdict.PASSED:
        return
    if outcome.skipped:
        report.outcome = "skipped"
        report.longrepr = (*report.location[:1], report.location[1] or 0, f"Skipped: {result.message}")
        return
    report.outcome = "failed"
    verbose = config.get_verbosity() > 1 or config.getoption("showlocals")
    if report.longrepr is None or not verbose:
        report.longrepr = f"{result.id} {result.title}\n{result.verdict}: {result.message}\n{result.nodeid}"


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["golive_calls"] = calls.as_json()
