"""Whether data is whole after a rollback, of made-up observations."""

from __future__ import annotations

from collections import Counter as Several
from typing import Any

import pytest

from fixtures.drills.consistency import ConsistencyFacts, differing
from fixtures.drills.kept_rows import Column, Kept, LostColumn, Rows, compare
from golive.catalogue import load_catalogue
from golive.verdict import Unobservable
from tests.judges.consistency import consistency_problems, unseen

WHOLE: dict[str, Any] = {
    "service": "ECS service api", "wanted": "d/api:1", "ended": "d/api:1", "versions": ["2", "1"],
    "acknowledged": 30, "meanwhile": 20, "tables": {"t": {"before": 5, "after": 9}}, "revisions": ["007"],
    "supported": ["006", "007"],
}  # fmt: skip


def judged(changes: dict[str, Any]) -> str:
    facts = ConsistencyFacts.model_validate(WHOLE | changes)
    facts = ConsistencyFacts.model_validate(facts.model_dump(mode="json"))  # as a record holds it
    problems = consistency_problems(load_catalogue()["SEI-4.2.1.2.2"], facts, "drill performed in this run")
    return "\n".join(problem for problem in problems if problem)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, []),
        ({"versions": ["2", "2"]}, ["version 2 answers before and after"]),
        (
            {"written": {"lost": ["lead a"]}, "written_counts": {"lost": 10}},
            ["acknowledged and gone: lead a", "lost writes is 10"],
        ),
        (
            {"written": {"doubled": ["lead a: 2 rows"]}, "written_counts": {"doubled": 1}},
            ["there more often: lead a: 2 rows", "violations is 1"],
        ),
        (
            {"tables": {"t": {"before": 5, "after": 5, "moved": 1}}},
            ["1 of 5 rows", "another tenant's", "violations is 1"],
        ),
        ({"tables": {"t": {"before": 5, "after": 5, "changed": 2}}}, ["hold something else", "lost writes is 2"]),
        ({"lost_columns": [{"name": "t.c", "filled": 3}]}, ["column t.c is gone", "in 3 rows", "lost writes is 3"]),
        ({"sums": {"t.c of tenant a": ["1", "2"]}}, ["booked 1 before the rollback, 2 after", "violations is 1"]),
        ({"revisions": ["008"]}, ["unsupported revisions is 1", "008"]),
        ({"revisions": []}, ["names no revision"]),
        ({"breaches": [{"table": "t", "rule": "foreign key k", "rows": 2}]}, ["2 rows of t break foreign key k"]),
        ({"strays": [{"table": "t", "rule": "k to u", "rows": 1}]}, ["refer to another tenant's rows by k to u"]),
        ({"counters": [{"name": "s", "column": "t.n", "next": 4, "most": 4}]}, ["sequence s gives 4 next"]),
        ({"counters": [{"name": "s", "column": "t.n", "next": 5, "most": 4}]}, []),
        ({"unvalidated": ["k of t"], "invalid_indexes": ["i on t"]}, ["k of t was never", "i on t is INVALID"]),
        ({"corruptions": ["index i on t: broken"], "unguarded": ["table t: open"]}, ["index i on t", "table t: open"]),
    ],
)
def test_rollbacks(changes: dict[str, Any], words: list[str]) -> None:
    found = judged(changes)
    assert all(word in found for word in words)
    assert bool(found) == bool(words)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"ended": "d/api:2"}, "was not rolled back"),
        ({"meanwhile": 0}, "no write was acknowledged while"),
        ({"meanwhile": 30}, "no write was acknowledged before"),
        ({"tables": {"t": {"before": 0, "after": 0}}}, "no row was compared"),
    ],
)
def test_a_rollback_that_shows_nothing(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(Unobservable, match=words):
        judged(changes)


def test_what_could_not_be_looked_at_is_no_pass() -> None:
    with pytest.raises(Unobservable, match="no amcheck"):
        unseen(ConsistencyFacts.model_validate(WHOLE | {"unseen": ["whether indexes are whole: no amcheck"]}))


def rows(columns: str, keyed: dict[str, tuple[str, int]], filled: dict[str, int] | None = None) -> Rows:
    known = {name: Column(name, "text", "", key=name == "id") for name in columns.split()}
    return Rows(known, len(keyed), filled or {}, keyed)


def test_rows_are_compared_by_key_owner_and_digest() -> None:
    before = {"t": rows("id c", {"1": ("a", 7), "2": ("a", 7), "3": ("a", 7), "4": ("a", 7)})}
    after = {"t": rows("id c", {"2": ("b", 7), "3": ("a", 8), "4": ("a", 7), "5": ("a", 7)})}
    assert compare(before, after) == ({"t": Kept(before=4, after=4, gone=1, changed=1, moved=1)}, [])


def test_a_column_that_was_filled_must_stay_and_one_that_was_not_may_go() -> None:
    before = {"t": rows("id c d", {"1": ("", 7)}, {"id": 1, "c": 1, "d": 0})}
    assert compare(before, {"t": rows("id d", {"1": ("", 8)})})[1] == [LostColumn(name="t.c", filled=1)]
    assert compare(before, {"t": rows("id c", {"1": ("", 7)})})[1] == []


def test_a_table_that_is_gone_lost_its_rows() -> None:
    kept, lost = compare({"t": rows("id", {"1": ("", 7)}, {"id": 1})}, {})
    assert (kept["t"].gone, kept["t"].after, lost) == (1, 0, [])


def test_rows_without_a_key_are_compared_as_often_as_they_are_there() -> None:
    before, after = Rows({}, 3, plain=Several([1, 1, 2])), Rows({}, 3, plain=Several([1, 2, 3]))
    assert compare({"t": before}, {"t": after})[0]["t"].gone == 1


def test_sums_that_differ() -> None:
    assert differing({"a": "1", "b": "2"}, {"a": "1", "c": "3"}) == {"b": ("2", "0"), "c": ("0", "3")}
