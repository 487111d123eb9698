"""What a rollback did to data, of made-up observations."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from fixtures.drills.rollback import RollbackFacts, compare
from golive.catalogue import load_catalogue
from golive.verdict import Unobservable
from tests.judges.rollback_data import rollback_problems

KEPT: dict[str, Any] = {
    "service": "ECS service api", "former": "d/api:2", "wanted": "d/api:1", "ended": "d/api:1", "versions": ["2", "1"],
    "tables": {"public.t": {"before": 5, "after": 9, "missing": 0}}, "acknowledged": 30, "meanwhile": 20,
}  # fmt: skip


def judged(changes: dict[str, Any]) -> str:
    facts = RollbackFacts.model_validate(KEPT | changes)
    problems = rollback_problems(load_catalogue()["AURA-12.5.2"], facts, "drill performed in this run")
    return "\n".join(problem for problem in problems if problem)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, []),
        ({"versions": ["2", "2"]}, ["version 2 answers before and after"]),
        ({"tables": {"public.t": {"before": 5, "after": 0, "missing": 5}}}, ["table public.t: 5 of 5", "lost is 5"]),
        ({"tables": {"public.t": {"before": 5, "after": 5, "missing": 1}}}, ["(it has 5 now)", "changed is 1"]),
        ({"lost": ["project p"], "lost_count": 1}, ["acknowledged and gone: project p", "lost is 1"]),
        ({"changed": ["project p: x, was y"], "changed_count": 2}, ["acknowledged and changed", "changed is 2"]),
        ({"refused": 4}, []),
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
        ({"meanwhile": 0}, "no write was acknowledged"),
        ({"tables": {"public.t": {"before": 0, "after": 0, "missing": 0}}}, "no row was compared"),
    ],
)
def test_a_rollback_that_shows_nothing(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(Unobservable, match=words):
        judged(changes)


def test_rows_are_compared_as_often_as_they_are_there() -> None:
    found = compare(Counter([1, 1, 2]), Counter([1, 2, 3]))
    assert (found.before, found.after, found.missing) == (3, 3, 1)
