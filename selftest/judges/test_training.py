"""Trainings and declarations, judged on made-up ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from fixtures.attestations.declaration import Declaration
from fixtures.attestations.training import Trained
from tests.judges.declarations import declaration_problem, shared_keys
from tests.judges.training import OPERATION, untrained

NOW = datetime(2026, 11, 22, tzinfo=UTC)
DAY = timedelta(days=1)
EVIDENCE = {"file": "x.md", "sha256": "0" * 64, "date": NOW}


def trained(
    person: str = "Mira@example.com", days: float = 10, topics: tuple[str, ...] = OPERATION, score: float = 90
) -> Trained:
    return Trained.model_validate(
        {"person": person, "on": NOW - days * DAY, "topics": topics, "score": score, "evidence": EVIDENCE}
    )


def why(*trainings: Trained, least: float = 80) -> str:
    return untrained(["mira@example.com"], trainings, OPERATION, NOW - 90 * DAY, NOW, least).get("mira@example.com", "")


def test_a_training_counts() -> None:
    assert why(trained()) == ""


@pytest.mark.parametrize(
    ("training", "said"),
    [
        (trained("jonas@example.com"), "not among"),
        (trained(days=100), "100 days ago"),
        (trained(days=-2), "yet to come"),
        (trained(topics=("deploy", "alarms")), "not trained on rollback, restore"),
        (trained(score=79.9), "79.9 %"),
    ],
)
def test_a_training_that_does_not_count(training: Trained, said: str) -> None:
    assert said in why(training)


def test_the_newest_training_of_a_person_decides() -> None:
    assert "79 %" in why(trained(days=10), trained(days=5, score=79))
    assert why(trained(days=10, score=79), trained(days=5)) == ""


def declaration(days: float = 6, **answers: bool) -> Declaration:
    said = {"deploy": True, "Roll back": True, "restore": True, "debug": True} | answers
    rehearsals = [{"what": "Roll-back on staging", "on": NOW - days * DAY, "evidence": EVIDENCE}]
    return Declaration.model_validate({"answers": said, "rehearsal": rehearsals})


def test_declarations() -> None:
    assert declaration_problem(declaration(), NOW, 90) == ""
    assert "can restore" in declaration_problem(declaration(restore=False), NOW, 90)
    assert "100 days ago" in declaration_problem(declaration(days=100), NOW, 90)
    assert "nothing" in declaration_problem(declaration(days=-1), NOW, 90)


def test_one_key_for_two() -> None:
    assert shared_keys({"a": "SHA256:1", "b": "SHA256:2"}) == []
    assert shared_keys({"a": "SHA256:1", "b": "SHA256:2", "c": "SHA256:1"}) == [
        "a and c have signed with one key, SHA256:1"
    ]
    assert shared_keys({"a": "", "b": ""}) == []
