"""Says which lines send a deployment more than questions, by the marks of their checks.

`python -m selftest.engine.sending` writes the table of docs/what-is-sent.md anew.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from golive.catalogue import load_catalogue

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "what-is-sent.md"
BEGIN, END = "<!-- made by python -m selftest.engine.sending -->", "<!-- end -->"


@dataclass(frozen=True)
class Sender:
    """A line whose check does more than read. `effect` is `writes` or `disrupts`, `recorded` whether a record does."""

    line: str
    effect: str
    recorded: bool
    module: str


def _marks(nodes: list[ast.expr]) -> Iterator[tuple[str, bool]]:
    """Yield effect and `or_record` of each mark among decorators."""
    for node in nodes:
        call = node if isinstance(node, ast.Call) else None
        name = ast.unparse(call.func if call else node)
        if name in ("pytest.mark.writes", "pytest.mark.disrupts"):
            yield name.rpartition(".")[2], any(k.arg == "or_record" for k in call.keywords) if call else False


def _lines(function: ast.FunctionDef) -> list[str]:
    for node in function.decorator_list:
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "verifies":
            return [str(a.value) for a in node.args if isinstance(a, ast.Constant)]
    return []


def senders() -> list[Sender]:
    """Return every line whose check writes or disrupts, by the text of tests/."""
    found = []
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        tree = ast.parse(path.read_text())
        whole: list[tuple[str, bool]] = []
        for node in tree.body:
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark":
                value = node.value
                whole += _marks(value.elts if isinstance(value, (ast.List, ast.Tuple)) else [value])
        for node in tree.body:
            if not isinstance(node, ast.FunctionDef):
                continue
            marks = [*whole, *_marks(node.decorator_list)]
            if marks:
                effect = "disrupts" if any(e == "disrupts" for e, _ in marks) else "writes"
                recorded = any(yes for _, yes in marks)
                found += [Sender(line, effect, recorded, str(path.relative_to(ROOT))) for line in _lines(node)]
    return sorted(found, key=lambda s: (s.line.partition("-")[0], [int(n) for n in re.findall(r"\d+", s.line)]))


def table() -> str:
    """Return the page's table of today's checks."""
    titles = {line.id: line.title for line in load_catalogue()}
    rows = [
        f"| {s.line} | {s.effect}{', or reads a record' if s.recorded else ''} | {titles[s.line]} | `{s.module}` |"
        for s in senders()
    ]
    return "\n".join(["| line | effect | what it sees to | check |", "|---|---|---|---|", *rows])


def main() -> None:
    """Write the table into the page."""
    page = PAGE.read_text()
    before, after = page.partition(BEGIN)[0], page.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n{table()}\n{END}{after}")


if __name__ == "__main__":
    main()
