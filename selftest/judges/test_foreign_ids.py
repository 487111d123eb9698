"""What another tenant's ids may be answered: just what ids of nothing are."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid1, uuid4

import pytest

from fixtures.tenancy.foreign import Seen, Trial
from tests.judges.foreign_ids import blind, guessable, leak

GONE, THERE = Seen(404, '{"detail":"Not found"}'), Seen(200, '{"name":"thing"}')
SAFE = Trial("get_thing", "id", "CANARY-a", "CANARY-b", GONE, GONE, THERE)


def test_the_same_answer_as_for_nothing_is_none() -> None:
    assert leak(SAFE) is None
    assert not blind([SAFE])


@pytest.mark.parametrize(
    ("trial", "said"),
    [
        (replace(SAFE, foreign=THERE), "is answered 200"),
        (replace(SAFE, foreign=Seen(403, "")), "tells the two apart"),
        (replace(SAFE, foreign=Seen(404, '{"detail":"Not yours"}')), "tells the two apart"),
        (replace(SAFE, markers=("CANARY-b",)), "shows CANARY-b"),
        (replace(SAFE, changed=True), "changed its row"),
        (replace(SAFE, own=None, foreign=THERE, unknown=THERE), "want 403 or 404"),
    ],
)
def test_more_than_that_is_a_leak(trial: Trial, said: str) -> None:
    problem = leak(trial)
    assert problem is not None
    assert said in problem
    assert "get_thing with {id} of CANARY-b as CANARY-a" in problem


def test_an_owner_who_is_refused_as_well_shows_nothing() -> None:
    assert blind([replace(SAFE, own=GONE), SAFE]) == ["get_thing"]
    assert not blind([replace(SAFE, own=None)])


def test_ids_are_not_counted_up_nor_made_of_time() -> None:
    assert not guessable([str(uuid4()), f"session-{uuid4()}"])
    assert "can be counted up" in guessable(["1042"])[0]
    assert "can be counted up" in guessable(["call-1042"])[0]
    assert "UUID version 1" in guessable([str(uuid1())])[0]
