"""Statements that are put together from what users write.

The line tries every operation, so that all else has to be whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.switching import switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, LINE = "aurastudio", "AURA-8.1.1.5"


@fault(
    name="aura-injection-search-concatenated",
    breaks="the word that is searched for is put into the statement as it is",
    fails=[LINE],
    message=r"_projects, query search: a wait inside a text was run: the answer came [\d.]+ s later",
    touches="*",
)
def search_concatenated(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "search_concatenated")


@fault(
    name="aura-injection-sort-interpolated",
    breaks="values are bound, and the column to sort by is put into the statement as it is",
    fails=[LINE],
    message=r"_projects, query sort: a wait as a column was run: the answer came [\d.]+ s later",
    touches="*",
    hard=True,
)
def sort_interpolated(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "sort_interpolated")


@fault(
    name="aura-injection-second-order",
    breaks="a title is stored as data, and a job later puts it into a statement as it is",
    fails=[LINE],
    message=r"export_project of a project whose texts are a wait inside a text",
    touches="*",
    hard=True,
)
def second_order(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "export_concatenates_title")
