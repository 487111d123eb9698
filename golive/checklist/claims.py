"""Which lines have a check, read from the checks' source: known also where a run selects only some of them."""

from __future__ import annotations

import ast
from pathlib import Path


def claimed_lines(folder: Path) -> frozenset[str]:
    """Return the line ids that `@verifies` names in the `test_*.py` files at or below the folder."""
    found: set[str] = set()
    for path in sorted(folder.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_bytes(), str(path))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                for mark in node.decorator_list:
                    found.update(_ids(mark))
    return frozenset(found)


def _ids(mark: ast.expr) -> list[str]:
    match mark:
        case ast.Call(func=ast.Name(id="verifies") | ast.Attribute(attr="verifies"), args=args):
            return [a.value for a in args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    return []
