"""Reads the catalogue files and refuses one that is not sound."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from pydantic import ValidationError

from golive.catalogue.limit import Limit
from golive.catalogue.line import Kind, Line

CHECKLISTS = Path(__file__).parents[2] / "checklists"
WAIVED = "waived"
"""Among what a sign-off covers: whatever was waived."""


class CatalogueError(Exception):
    """A catalogue file is broken; the message names the file, the line id and what is wrong."""


@dataclass(frozen=True)
class Catalogue:
    """All lines of all products, in document order."""

    lines: Mapping[str, Line]
    names: Mapping[str, str]
    """Product to its display name, such as `{"aurastudio": "AuraStudio AI v2.0"}`."""
    _children: dict[str, list[Line]] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        for line in self.lines.values():
            if line.parent:
                self._children.setdefault(line.parent, []).append(line)

    def __iter__(self) -> Iterator[Line]:
        return iter(self.lines.values())

    def __getitem__(self, line_id: str) -> Line:
        try:
            return self.lines[line_id]
        except KeyError:
            near = get_close_matches(line_id, self.lines, 1)
            hint = f", did you mean {near[0]}?" if near else ""
            raise CatalogueError(f"the catalogue has no line {line_id!r}{hint}") from None

    def items(self, product: str | None = None) -> list[Line]:
        """Return the lines that end in a verdict (items, the final boxes among them), in document order."""
        return [x for x in self if x.kind is Kind.ITEM and product in (None, x.product)]

    def children(self, line_id: str) -> list[Line]:
        """Return what stands directly under a heading or group."""
        return self._children.get(line_id, [])

    def under(self, line_id: str) -> list[Line]:
        """Return the items at or below `line_id`, in document order."""
        line = self[line_id]
        if line.kind is Kind.ITEM and not line.rolls_up:
            return [line]
        roots = [self[r] for r in line.rolls_up] if line.rolls_up else self.children(line_id)
        found = {x.id: x for root in roots for x in self.under(root.id)}
        for excepted in line.rolls_up_except:
            for x in self.under(excepted):
                found.pop(x.id, None)
        return list(found.values())

    def roots(self, product: str) -> list[Line]:
        """Return a product's topmost headings."""
        return [x for x in self if x.product == product and x.parent is None]

    @property
    def products(self) -> list[str]:
        """The products' keys, as target files name them."""
        return list(self.names)

    def with_limits(self, overrides: Mapping[str, Limit]) -> Catalogue:
        """Return the catalogue with limits replaced; keys are `LINE-ID/limit_name`."""
        if not overrides:
            return self
        lines = dict(self.lines)
        for key, limit in overrides.items():
            line = lines[key.partition("/")[0]]
            limits = tuple(limit if known.name == limit.name else known for known in line.limits)
            lines[line.id] = line.model_copy(update={"limits": limits})
        return Catalogue(lines, self.names)


@cache
def load_catalogue(folder: Path = CHECKLISTS) -> Catalogue:
    """Read every `*.toml` of the folder.

    Raises:
        CatalogueError: a file can't be read, has an unknown key, a double id, a limit without unit, a missing parent.
    """
    lines: dict[str, Line] = {}
    names: dict[str, str] = {}
    files = sorted(folder.glob("*.toml"))
    if not files:
        raise CatalogueError(f"{folder} holds no catalogue (*.toml)")
    for path in files:
        product, name, found = _read(path)
        names[product] = name
        for line in found:
            if line.id in lines:
                raise CatalogueError(f"{path.name}: {line.id} stands twice")
            lines[line.id] = line
    for line in lines.values():
        for other in (*([line.parent] if line.parent else []), *line.rolls_up, *line.rolls_up_except,
                      *line.follows, *(c for c in line.covers if c != WAIVED)):  # fmt: skip
            if other not in lines:
                raise CatalogueError(f"{line.product}.toml: {line.id} refers to {other}, which does not exist")
        if line.parent and lines[line.parent].kind is Kind.ITEM:
            raise CatalogueError(f"{line.product}.toml: {line.id} stands under the item {line.parent}")
    catalogue = Catalogue(lines, names)
    for line in lines.values():
        if line.rolls_up and _leads_back(catalogue, line):
            raise CatalogueError(f"{line.product}.toml: {line.id} is rolled up into itself")
    return catalogue


def _leads_back(catalogue: Catalogue, box: Line) -> bool:
    """Whether a final box is among the lines that it rolls up, at any depth."""
    seen: set[str] = set()
    ahead = [*box.rolls_up]
    while ahead:
        line_id = ahead.pop()
        if line_id == box.id:
            return True
        if line_id not in seen:
            seen.add(line_id)
            ahead += [*catalogue[line_id].rolls_up, *(x.id for x in catalogue.children(line_id))]
    return False


def _read(path: Path) -> tuple[str, str, list[Line]]:
    try:
        head = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CatalogueError(f"{path.name}: {error}") from error
    rows = head.pop("line", [])
    if set(head) != {"product", "prefix", "name"}:
        raise CatalogueError(f"{path.name}: the head needs just product, prefix and name, found {sorted(head)}")
    if not rows or not isinstance(rows, list):
        raise CatalogueError(f"{path.name}: it holds no lines, each of which is a [[line]]")
    lines = []
    for number, row in enumerate(rows, 1):
        where = f"{path.name}: {row.get('id', f'[[line]] number {number}')}"
        try:
            line = Line.model_validate({**row, "product": head["product"]})
        except ValidationError as error:
            first = error.errors()[0]
            key = ".".join(str(part) for part in first["loc"])
            raise CatalogueError(f"{where}: {key + ': ' if key else ''}{first['msg']}") from error
        if not line.id.startswith(head["prefix"] + "-"):
            raise CatalogueError(f"{where}: the id does not start with {head['prefix']}-")
        lines.append(line)
    return head["product"], head["name"], lines
