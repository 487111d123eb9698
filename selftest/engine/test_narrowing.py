"""Modules that a selection by phase can't want are not imported, and none that it may want is left out."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from golive.catalogue import Phase, load_catalogue
from golive.plugin.narrowing import may_want, words_of
from golive.plugin.verifies import TESTS

ROLLBACK, PREDEPLOY = "SEI-4.1.1.1.1", "AURA-6.1.1.3"
WORDS = frozenset({"rollback"})
IMPORT = "from golive.plugin import verifies\n\n\n"


@pytest.mark.parametrize(
    ("selection", "words"),
    [
        ("rollback", {"rollback"}),
        ("smoke or rollback", {"smoke", "rollback"}),
        ("not smoke", set()),
        ("smoke and seiketsu", set()),
        ("aurastudio", set()),
        ("rollback or lengthy", set()),
        ("(rollback)", set()),
        ("", set()),
        ("or", set()),
    ],
)
def test_only_a_plain_selection_by_phase_narrows(selection: str, words: set[str]) -> None:
    assert words_of(selection) == words


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        (f'@verifies("{PREDEPLOY}")\ndef test_it(): ...\n', False),
        (f'@verifies("{ROLLBACK}")\ndef test_it(): ...\n', True),
        (f'@verifies("{PREDEPLOY}", "{ROLLBACK}")\ndef test_it(): ...\n', True),
        (f'@verifies(\n    "{PREDEPLOY}",\n    "{ROLLBACK}",\n)\ndef test_it(): ...\n', True),
        (f'@pytest.mark.rollback\n@verifies("{PREDEPLOY}")\ndef test_it(): ...\n', True),
        (f'@verifies("{PREDEPLOY}")\ndef test_one(): ...\n\n\n@verifies(*LINES)\ndef test_two(): ...\n', True),
        (f'@verifies("{PREDEPLOY}", *LINES)\ndef test_it(): ...\n', True),
        (f'check = verifies\n\n\n@verifies("{PREDEPLOY}")\ndef test_it(): ...\n', True),
        ('@verifies("AURA-99.99")\ndef test_it(): ...\n', True),
        ("def test_it(): ...\n", True),
    ],
)
def test_what_does_not_say_clearly_that_it_is_not_wanted_is_kept(source: str, wanted: bool) -> None:
    assert may_want(IMPORT + source, WORDS, load_catalogue()) is wanted


@cache
def modules() -> dict[Path, tuple[str, frozenset[str]]]:
    """Module of tests/ to its source and the ids that its checks claim, by its syntax tree."""
    found = {}
    for path in TESTS.rglob("test_*.py"):
        source = path.read_text()
        found[path] = source, frozenset(_claimed(ast.parse(source)))
    return found


def _claimed(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "verifies":
            yield from (a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str))


@pytest.mark.parametrize("phase", Phase)
def test_no_check_of_a_phase_is_left_out(phase: Phase) -> None:
    catalogue, words = load_catalogue(), frozenset({phase.value})
    for path, (source, ids) in modules().items():
        if any(catalogue[i].phase is phase for i in ids):
            assert may_want(source, words, catalogue), path


def test_most_modules_are_left_out_when_it_is_asked_whether_to_go_back() -> None:
    kept = [path for path, (source, _) in modules().items() if may_want(source, WORDS, load_catalogue())]
    assert len(kept) < len(modules()) / 3
