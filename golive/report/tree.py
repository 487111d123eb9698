"""The checklist as a tree: every line in its place, with its verdict or roll-up. What the reports for people walk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from golive.catalogue import Catalogue, Kind, Line
from golive.results import LineResult, Run
from golive.rollup import Rollup, roll_up


@dataclass(frozen=True, slots=True)
class Node:
    """A line of the catalogue. `result` is None where the run did not select it; `rollup` is None but for roll-ups.

    `depth` counts the headings and groups above it, `groups` only the groups.
    """

    line: Line
    depth: int
    groups: int
    result: LineResult | None
    rollup: Rollup | None
    children: tuple[Node, ...]

    @property
    def is_item(self) -> bool:
        """Whether it has a verdict rather than children."""
        return self.line.kind is Kind.ITEM

    def walk(self) -> Iterator[Node]:
        """Go over the node and all below it, in document order."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class ProductTree:
    """One product's checklist."""

    product: str
    name: str
    release: str
    roots: tuple[Node, ...]

    def walk(self) -> Iterator[Node]:
        """Go over all nodes in document order."""
        for root in self.roots:
            yield from root.walk()

    @property
    def items(self) -> list[Node]:
        """The lines that end in a verdict."""
        return [n for n in self.walk() if n.is_item]


def trees(run: Run, catalogue: Catalogue) -> list[ProductTree]:
    """Return the products that the run is about, each with all its lines, selected or not.

    Raises:
        ValueError: a result belongs to no line of the catalogue, and would be missing from the report.
    """
    results = {r.id: r for r in run.lines}
    if strangers := [i for i in results if i not in catalogue.lines]:
        raise ValueError(f"the run has verdicts of lines that the catalogue does not know: {', '.join(strangers)}")
    rollups = roll_up(catalogue, run.lines)
    concerned = {catalogue[i].product for i in results} or set(run.release) or set(catalogue.products)
    return [
        ProductTree(
            product,
            catalogue.names[product],
            run.release.get(product, ""),
            tuple(_node(catalogue, root, 0, 0, results, rollups) for root in catalogue.roots(product)),
        )
        for product in catalogue.products
        if product in concerned
    ]


def _node(
    catalogue: Catalogue,
    line: Line,
    depth: int,
    groups: int,
    results: Mapping[str, LineResult],
    rollups: Mapping[str, Rollup],
) -> Node:
    inside = groups + (line.kind is Kind.GROUP)
    below = catalogue.children(line.id)
    children = tuple(_node(catalogue, c, depth + 1, inside, results, rollups) for c in below)
    return Node(line, depth, groups, results.get(line.id), rollups.get(line.id), children)
