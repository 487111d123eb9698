"""`@verifies`: one node per checklist line, with the markers that the catalogue knows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from golive.catalogue import Catalogue, CatalogueError, Line, load_catalogue
from golive.plugin.options import ROOT
from golive.verdict import NotConfigured

TESTS = ROOT / "tests"
Mistake = pytest.Collector.CollectError
"""Ends the collection; pytest shows its message alone, without a traceback."""
_LINE_ID = re.compile(r"\[([A-Z]+-\d+(?:\.\d+)*)\]$")


def verifies(*ids: str) -> pytest.MarkDecorator:
    """Mark a check as the one that verifies these lines. Makes one node per line, `test_...[AURA-6.1.2.3]`.

    The check may take the fixture `line` to read the limits of the line it runs for.
    """
    return pytest.mark.verifies(*ids)


def line_of(nodeid: str) -> str | None:
    """Return the line id that a node verifies, or None for a node that is no check."""
    found = _LINE_ID.search(nodeid)
    return found.group(1) if found else None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    ids = [i for mark in metafunc.definition.iter_markers("verifies") for i in mark.args]
    where = metafunc.definition.nodeid
    if not ids:
        if metafunc.definition.get_closest_marker("verifies"):
            raise Mistake(f"{where}: @verifies names no line")
        if Path(str(metafunc.definition.path)).is_relative_to(TESTS):
            raise Mistake(f"{where}: a check in tests/ says its line with @verifies(...)")
        return
    if double := [i for n, i in enumerate(ids) if i in ids[:n]]:
        raise Mistake(f"{where}: @verifies names {double[0]} twice")
    catalogue = load_catalogue()
    try:
        lines = [catalogue[i] for i in ids]
    except CatalogueError as error:
        raise Mistake(f"{where}: {error}") from None
    for line in lines:
        if not line.checked:
            raise Mistake(f"{where}: {line.id} is rolled up from other lines and has no check of its own")
    if "line" not in metafunc.fixturenames:
        metafunc.fixturenames.append("line")
    metafunc.parametrize("line", [_parameter(line) for line in lines], indirect=True)


def _parameter(line: Line) -> object:
    marks = [getattr(pytest.mark, line.product)]
    if line.phase:
        marks.append(getattr(pytest.mark, line.phase.value))
    return pytest.param(line.id, id=line.id, marks=marks)


def refuse_double_claims(items: Iterable[pytest.Item]) -> None:
    """Stop collection when two checks claim one line.

    Raises:
        pytest.UsageError: naming the line and both checks.
    """
    claimed: dict[str, str] = {}
    for item in items:
        line_id = line_of(item.nodeid)
        if line_id is None or item.get_closest_marker("verifies") is None:
            continue
        if line_id in claimed:
            raise pytest.UsageError(f"{line_id} is claimed by two checks: {claimed[line_id]} and {item.nodeid}")
        claimed[line_id] = item.nodeid


class LineWithoutCheck(pytest.Item):
    """Stands for a line that no check verifies yet (or that rolls up), so that no selection can lose it."""

    def __init__(self, *, line: Line, parent: pytest.Collector) -> None:
        super().__init__(f"line[{line.id}]", parent)
        self.line = line
        self.add_marker(line.product)
        if line.phase:
            self.add_marker(line.phase.value)

    def runtest(self) -> None:
        raise NotConfigured("rolled up from other lines" if self.line.rolls_up else "no check yet")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str:  # noqa: ARG002
        """Its reason; pytest's way, with the source of each frame, takes a tenth of a second for each of 400 lines."""
        return str(excinfo.value)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return ROOT / "checklists" / f"{self.line.product}.toml", None, str(self.line)


def lines_without_check(
    session: pytest.Session, items: Iterable[pytest.Item], catalogue: Catalogue, products: Iterable[str]
) -> list[LineWithoutCheck]:
    """Return stand-ins for the lines that the collected folders should verify and do not."""
    have = {line_of(item.nodeid) for item in items}
    wanted = _folders(session.config)
    return [
        LineWithoutCheck.from_parent(session, line=line)
        for line in catalogue.items()
        if line.id not in have and line.product in products and line.folder in wanted
    ]


def _folders(config: pytest.Config) -> set[str]:
    """The folders under tests/ that the command line selects as a whole."""
    from golive.catalogue.line import FOLDERS

    found: set[str] = set()
    for arg in config.args:
        path = (config.invocation_params.dir / arg.split("::")[0]).resolve()
        if "::" in arg or path.suffix == ".py":
            continue
        for folder in FOLDERS:
            if (TESTS / folder).is_relative_to(path):
                found.add(folder)
    return found
