"""Judging what canary tenants read, with made-up readings."""

from __future__ import annotations

from fixtures.tenancy import Reading, Rows
from tests.judges.canaries import blind, foreign_rows, leaks, own_missing


def reading(kind: str, reader: str, of: str, status: int, *markers: str) -> Reading:
    return Reading(kind, "get_order", reader, of, status, frozenset(markers))


def test_own_things_found_and_others_hidden_is_no_leak() -> None:
    good = [reading("id", "A", "A", 200, "A"), reading("id", "A", "B", 404), reading("search", "A", "B", 200)]
    assert leaks(good) == []
    assert own_missing(good) == []


def test_a_foreign_marker_is_a_leak_wherever_it_stands() -> None:
    assert "A sees B" in leaks([reading("list", "A", "A", 200, "A", "B")])[0]


def test_a_foreign_thing_that_is_answered_is_a_leak_without_a_marker() -> None:
    assert "answered 200" in leaks([reading("id", "A", "B", 200)])[0]


def test_not_finding_oneself_is_told() -> None:
    assert "does not find itself" in own_missing([reading("search", "A", "A", 200)])[0]


def test_rows_of_others_and_contexts_that_show_nothing() -> None:
    rows = [Rows("A", "orders", 2, 1), Rows("B", "orders", 0, 0)]
    assert foreign_rows(rows) == ["in the context of A, table orders shows 1 rows of others"]
    assert blind(rows) == ["B"]
