"""The state of one pytest session: catalogue, target, options. Both in the controller and in each xdist worker."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from golive.catalogue import Catalogue, CatalogueError, load_catalogue
from golive.guard import aws, rate
from golive.plugin.options import ROOT
from golive.plugin.reference import ReferenceProcess
from golive.plugin.verifies import TESTS, line_of, lines_without_check, refuse_double_claims
from golive.target import Target, TargetError, load_target


@dataclass
class GoliveSession:
    """What the run was asked for, and what it runs against."""

    config: pytest.Config
    reference: ReferenceProcess | None = None
    catalogue_as_written: Catalogue = field(default_factory=load_catalogue)

    @cached_property
    def target(self) -> Target:
        """The target; waits for the reference deployment when none was named.

        Raises:
            TargetError: the file is bad.
        """
        path = self.target_path
        if path is None:
            raise TargetError("no target: give --target PATH")
        if self.reference is not None:
            self.reference.wait()
        elif not self.config.getoption("--target"):
            _wait_for(path)
        return load_target(path)

    @cached_property
    def catalogue(self) -> Catalogue:
        """The catalogue with the target's own limits."""
        return self.target.apply_limits(self.catalogue_as_written)

    @property
    def target_path(self) -> Path | None:
        """The target file, which may not be there yet while the reference deployment starts."""
        if given := self.config.getoption("--target"):
            return Path(self.config.invocation_params.dir, given).resolve()
        worker: dict[str, Any] = getattr(self.config, "workerinput", {})
        if "golive_target" in worker:
            return Path(worker["golive_target"])
        return self.reference.target_file if self.reference else None

    @property
    def allow(self) -> list[str]:
        """The effects that the command line opts in to."""
        return [word.strip() for word in self.config.getoption("--allow").split(",") if word.strip()]

    @property
    def runs_checks(self) -> bool:
        """Whether the command line selects checks, rather than the project's own tests."""
        return any(
            TESTS.is_relative_to(p) or p.is_relative_to(TESTS)
            for p in ((self.config.invocation_params.dir / a.split("::")[0]).resolve() for a in self.config.args)
        )


SESSION = pytest.StashKey[GoliveSession]()


def _wait_for(path: Path, seconds: float = 90) -> None:
    """Wait in a worker until the controller's reference deployment is up."""
    end = time.monotonic() + seconds
    while not path.exists():
        if time.monotonic() > end:
            raise TargetError(f"the reference deployment did not come up within {seconds:.0f} s")
        time.sleep(0.1)


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    try:
        session = config.stash[SESSION] = GoliveSession(config)
    except CatalogueError as error:
        raise pytest.UsageError(str(error)) from None
    if not config.getoption("--gate-only"):  # which runs no check, and has botocore to load for nothing
        aws.guard_new_sessions()
    if hasattr(config, "workerinput"):
        return
    if session.config.getoption("--target"):
        try:
            target = session.target
            session.catalogue  # noqa: B018  checked now, so that a bad override is one message before the run
        except TargetError as error:
            raise pytest.UsageError(str(error)) from None
        release = config.getoption("--release")
        if release and release.lstrip("v") not in {p.release.version.lstrip("v") for p in target.products.values()}:
            running = ", ".join(f"{n} {p.release}" for n, p in target.products.items())
            raise pytest.UsageError(
                f"--release {release}: the target describes {running}. Correct the one or the other"
            )
    elif session.runs_checks and not config.option.collectonly and not config.getoption("--lines"):
        session.reference = ReferenceProcess(ROOT)
        config.add_cleanup(session.reference.stop)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    session = node.config.stash[SESSION]
    if session.reference is not None:
        node.workerinput["golive_target"] = str(session.reference.target_file)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> None:
    """Have the target before the first check, in the controller too, so one that does not start is one message."""
    state = session.config.stash[SESSION]
    if session.config.option.collectonly:
        return
    if state.reference is None and not any(line_of(i.nodeid) for i in session.items):
        return
    try:
        target = state.target
    except TargetError as error:
        pytest.exit(str(error), pytest.ExitCode.USAGE_ERROR)
    workers = getattr(session.config, "workerinput", {}).get("workercount", 1)
    rate.configure(target.budget.calls_per_second, workers)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    state = config.stash[SESSION]
    refuse_double_claims(items)
    products: list[str] | tuple[str, ...] = state.catalogue_as_written.products
    if config.getoption("--target"):
        products = list(state.target.products)
        foreign = [i for i in items if not _deployed(i, products)]
        if foreign:
            items[:] = [i for i in items if _deployed(i, products)]
            config.hook.pytest_deselected(items=foreign)
    extra = lines_without_check(session, items, state.catalogue_as_written, products)
    items.extend(extra)
    if (terminal := config.pluginmanager.get_plugin("terminalreporter")) is not None:
        terminal._numcollected += len(extra)  # else its sum "collected / deselected / selected" does not add up


def _deployed(item: pytest.Item, products: list[str]) -> bool:
    marks = {m.name for m in item.iter_markers()} & set(load_catalogue().products)
    return not marks or bool(marks & set(products))


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where no check used Hypothesis its plugin has nothing to say, but would import it for that: half a second."""
    if "hypothesis" not in sys.modules:
        session.config.pluginmanager.unregister(name="hypothesispytest")
