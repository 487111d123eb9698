"""Which lines' checks carry a marker, read from the sources: no test is imported for it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from golive.catalogue import load_catalogue

TESTS = Path(__file__).parents[2] / "tests"
SECTIONS = (
    "AURA-1.1", "AURA-5.1.1", "AURA-5.1.3", "AURA-5.2", "AURA-6",
    "SEI-1.1.1", "SEI-1.1.2.1", "SEI-1.1.2.2", "SEI-2.1.1", "SEI-3.1.1.1", "SEI-5.1.2",
)  # fmt: skip
"""Where the documents speak of infrastructure, data stores, backups and migrations, whatever folder a check is in."""


def lines_marked(marker: str) -> frozenset[str]:
    """The ids that checks with this marker (`smoke`, `disrupts`) verify."""
    sources = (path.read_text(encoding="utf-8") for path in sorted(TESTS.rglob("test_*.py")))
    return frozenset(i for source in sources for i in _in(source, f"pytest.mark.{marker}"))


def of_infrastructure() -> frozenset[str]:
    """The ids of the lines about infrastructure and data stores, with a check or without."""
    items = load_catalogue().items()
    return frozenset(x.id for x in items if x.folder == "infra" or x.id.startswith(tuple(f"{s}." for s in SECTIONS)))


def _in(source: str, mark: str) -> Iterator[str]:
    tree = ast.parse(source)
    whole = any(
        mark in ast.unparse(n.value) for n in tree.body if isinstance(n, ast.Assign) and _names(n, "pytestmark")
    )
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef):
            continue
        if not whole and not any(mark in ast.unparse(d) for d in node.decorator_list):
            continue
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "verifies":
                yield from (str(ast.literal_eval(a)) for a in decorator.args)


def _names(node: ast.Assign, name: str) -> bool:
    return any(isinstance(target, ast.Name) and target.id == name for target in node.targets)
