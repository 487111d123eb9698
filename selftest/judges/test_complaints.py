"""Complaints and the watch over them, judged on made-up ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from fixtures.attestations.watch import Watch
from fixtures.helpdesk import Ticket
from tests.judges.complaints import (
    critical,
    denied,
    hours_to_answer,
    undecided,
    unsettled,
    untriaged,
)

NOW = datetime(2026, 11, 22, tzinfo=UTC)
HOUR = timedelta(hours=1)


def ticket(
    status: str = "open", priority: str = "normal", hours: float = 2, answered: float | None = 9, **more: object
) -> Ticket:
    known = {"subject": "Help", "text": "", "tags": ()} | more
    at = NOW - hours * HOUR
    return Ticket(7, status=status, priority=priority, created=at, answered_after=answered, **known)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (ticket(), ""),
        (ticket(priority="urgent"), "is urgent"),
        (ticket(tags=("outage",)), "has the tag outage"),
        (ticket(text="I see Another company's DATA here"), "says 'another company's data'"),
    ],
)
def test_what_is_critical(given: Ticket, why: str) -> None:
    assert critical(given, ["outage"], ["another company's data"]) == why


def test_what_is_settled() -> None:
    assert unsettled(ticket("solved")) == ""
    assert unsettled(ticket("closed", answered=None)) == "was closed without an answer"
    assert unsettled(ticket("pending")) == "is pending"
    assert unsettled(ticket("suspended")) == "was suspended as unwanted"


def test_times() -> None:
    assert untriaged(ticket("new", ""), NOW, 30)
    assert not untriaged(ticket("new", "", hours=0.2), NOW, 30)
    assert not untriaged(ticket("solved", ""), NOW, 30)
    assert hours_to_answer(ticket(answered=90), NOW) == 1.5
    assert hours_to_answer(ticket(answered=None), NOW) == 2
    assert hours_to_answer(ticket("closed", answered=None), NOW) == 0


def watch(finding: str = "none", **case: float | None) -> Watch:
    source = [{"name": "News", "link": "https://news.example"}]
    times = {key: NOW - hours * HOUR for key, hours in case.items() if hours is not None}
    return Watch.model_validate({"finding": finding, "source": source, "case": [{"id": "7"} | times] if case else []})


def test_a_watch_that_denies() -> None:
    assert denied(watch(), []) == ""
    assert "ticket 7 (Help)" in denied(watch(), [ticket()])
    assert denied(watch("cases"), []) == "says that there are cases, and names none"


def test_decisions() -> None:
    assert undecided(watch("cases", reported=3, decided=2.5), [ticket()], NOW, HOUR) == []
    assert "is without a decision 3.0 h" in undecided(watch("cases", reported=3), [], NOW, HOUR)[0]
    assert "was decided 2.0 h after" in undecided(watch("cases", reported=3, decided=1), [], NOW, HOUR)[0]
    assert "is no case 120 min" in undecided(watch(), [ticket()], NOW, HOUR)[0]
    assert undecided(watch(), [ticket("solved")], NOW, HOUR) == []
