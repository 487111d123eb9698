"""Which lines are verified by drills: their checks disrupt, so they run alone and wait for time-outs and recoveries."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parents[2] / "tests"


def drilled_lines() -> frozenset[str]:
    """The ids that checks marked `disrupts` verify, read from the sources: no test is imported for it."""
    return frozenset(i for path in sorted(TESTS.rglob("test_*.py")) for i in _in(path.read_text(encoding="utf-8")))


def _in(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.FunctionDef):
            continue
        if not any("pytest.mark.disrupts" in ast.unparse(d) for d in node.decorator_list):
            continue
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "verifies":
                yield from (str(ast.literal_eval(a)) for a in decorator.args)
