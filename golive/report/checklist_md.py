"""checklist.md: the checklist with its boxes ticked, and the verdict beside each.

A box is ticked only when its line passed in this run; a waived one stays open and says so. The box of a heading or
group is ticked only when all its lines passed, none waived and none left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from golive.catalogue import Catalogue, Kind
from golive.report.atomic import write_whole
from golive.report.tree import Node, ProductTree, trees
from golive.report.wording import comparison, moment, one_line, took
from golive.results import Run
from golive.rollup import State
from golive.verdict import Verdict

# Everything that Markdown, its tables or the HTML inside it would read as more than text.
_SPECIAL = re.compile(r"([\\`*_\[\]<>|~#&!])")


def write_checklist(run: Run, catalogue: Catalogue, path: Path) -> None:
    """Write the checklists of the run's products as GitHub-flavoured Markdown, every line of theirs once."""
    found = trees(run, catalogue)
    parts = [*_head(run), *(line for tree in found for line in _product(tree))]
    write_whole(path, re.sub(r"\n{3,}", "\n\n", "\n".join(parts)).rstrip() + "\n")


def plain(text: object) -> str:
    """Return text on one line that Markdown shows as it is."""
    return _SPECIAL.sub(r"\\\1", one_line(text))


def _head(run: Run) -> Iterator[str]:
    decision = run.gate.words
    yield f"# {decision}: {plain(run.target)}"
    yield ""
    if run.interrupted:
        yield "**The run was interrupted: what it did not reach is unverified.**"
        yield ""
    yield f"Decided over {plain(run.gate.scope)}, {moment(run.started)}, took {took(run)}, golive {plain(run.golive)}."
    yield ""
    for reason in run.gate.reasons:
        yield f"- {plain(reason)}"
    yield ""
    yield "| verdict | lines |"
    yield "|---|---:|"
    for verdict in Verdict:
        yield f"| {verdict.value} | {run.counts[verdict]} |"
    yield f"| all selected | {len(run.lines)} |"
    yield ""


def _product(tree: ProductTree) -> Iterator[str]:
    items = tree.items
    by = Counter(n.result.verdict for n in items if n.result)
    release = f", release {plain(tree.release)}" if tree.release else ""
    told = ", ".join(f"{by[v]} {v.value}" for v in Verdict if by[v])
    yield f"# {plain(tree.name)}{release}"
    yield ""
    left_out = len(items) - sum(by.values())
    yield f"{len(items)} lines: {told or 'none selected'}" + (f", {left_out} not selected" if left_out else "") + "."
    for node in tree.walk():
        yield from _node(node)
    yield ""


def _node(node: Node) -> Iterator[str]:
    title = f"{node.line.id} {plain(node.line.title)}"
    indent = "  " * node.groups
    words = plain(node.rollup.words) if node.rollup else ""
    if node.line.kind is Kind.HEADING:
        yield f"\n{'#' * min(node.depth + 2, 6)} {_box(node)} {title}\n\n{words}\n"
    elif node.line.kind is Kind.GROUP:
        yield f"{indent}- {_box(node)} **{title}**: {words}"
    else:
        yield f"{indent}- {_box(node)} {title}: {_verdict(node)}"


def _box(node: Node) -> str:
    if node.is_item:
        return "[x]" if node.result and node.result.verdict is Verdict.PASSED else "[ ]"
    rollup = node.rollup
    whole = rollup and rollup.state is State.PASSED and not rollup.partial and not rollup.waived
    return "[x]" if whole else "[ ]"


def _verdict(node: Node) -> str:
    result = node.result
    if not result:
        return "not selected"
    told = [f"**{result.verdict.value}**"]
    if seen := comparison(result):
        told.append(f"({plain(seen)})")
    if result.waiver:
        told.append(f"by {plain(result.waiver)}")
    if result.message and result.verdict is not Verdict.PASSED:
        told.append(f"- {plain(result.message)}")
    return " ".join(told)
