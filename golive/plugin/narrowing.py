"""Leaves out the modules of tests/ that a selection by phase can't want, so that they need not be imported.

`pytest -m rollback` is asked every half minute and uses a tenth of the modules; importing all of them takes longer than
looking. It also answers when a module that it does not need is broken. Lines of a module that is left out have
stand-ins (golive/plugin/verifies.py), which the selection deselects as it would their checks.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from golive.catalogue import Catalogue, Phase, load_catalogue
from golive.plugin.verifies import TESTS

BY_HAND = frozenset({"smoke"})
"""Markers that stand in the source; those of phases come from the catalogue."""
_SELECTION = re.compile(r"\s*\w+(?:\s+or\s+\w+)*\s*")
_CLAIM = re.compile(r"\bverifies\b(\([^)]*\))?")
_ID = re.compile(r'"([A-Z]+-\d+(?:\.\d+)*)"')
_NAMED = re.compile(r'\(\s*"[A-Z0-9.-]+"(?:\s*,\s*"[A-Z0-9.-]+")*\s*,?\s*\)')


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Say that a module need not be looked at. A module that the command line names is never asked about."""
    words = words_of(config.option.markexpr or "")
    if not words or config.getoption("--lines") or not _is_module(collection_path):
        return None
    return None if may_want(collection_path.read_text(encoding="utf-8"), words, load_catalogue()) else True


def words_of(selection: str) -> frozenset[str]:
    """The markers of a selection such as `smoke or rollback`; empty for one that says more than that."""
    words = frozenset(selection.split()) - {"or"}
    known = BY_HAND | {p.value for p in Phase}
    return words if _SELECTION.fullmatch(selection) and words <= known else frozenset()


def may_want(source: str, words: frozenset[str], catalogue: Catalogue) -> bool:
    """Whether a module may have a check with one of the markers: unless its source says clearly that it has none."""
    if any(f"mark.{word}" in source for word in words):
        return True
    claims = [c for c in _CLAIM.finditer(source) if not _imports(source, c.start())]
    if not claims or not all(c[1] and _NAMED.fullmatch(c[1]) for c in claims):
        return True
    ids = [id_ for c in claims for id_ in _ID.findall(c[1])]
    lines = [catalogue.lines.get(id_) for id_ in ids]
    return any(line is None or (line.phase and line.phase.value in words) for line in lines)


def _imports(source: str, at: int) -> bool:
    return source[source.rfind("\n", 0, at) + 1 : at].startswith(("from ", "import "))


def _is_module(path: Path) -> bool:
    return path.suffix == ".py" and path.name.startswith("test_") and path.is_relative_to(TESTS)
