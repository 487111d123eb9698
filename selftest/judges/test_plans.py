"""Procedures, rehearsals, schedules and inventories, judged on made-up documents."""

from __future__ import annotations

from datetime import date

import pytest

from fixtures.documents.markdown import read
from tests.judges.inventory import unmentioned
from tests.judges.plans import (
    dates,
    incomplete,
    moment,
    order_problems,
    rehearsed,
    schedule_rows,
    step_problems,
    strangers,
)

STEPS = read(
    "# Loss\n\n1. Restore: `aws rds restore`. Expect: it is there. Owner: the lead. Time: 30 min.\n2. Look.\n"
).parts[0]
TABLE = (
    "| time | step | owner | after | check | stop if |\n|---|---|---|---|---|---|\n"
    "| 2026-12-01T08:00Z | freeze the branch | Ann Lee | approval | it is locked | never mind |\n"
    "| 2026-12-01 09:00 | deploy it all | Bo Ray | the freeze | smoke passes | it fails twice |\n"
    "| 2026-12-01T07:00Z | tell the users | | the deploy | they know | it is late |\n"
)


def test_steps() -> None:
    found = step_problems(STEPS, 20)
    assert found[0] == "'Loss', step 2 has no command, no expected outcome, no owner, no time"
    assert "takes 30 min by its steps, more than the RTO of 20 min" in found[1]
    assert len(step_problems(STEPS, 40)) == 1


def test_rehearsals() -> None:
    report = read("| scenario | outcome |\n|---|---|\n| Loss | Passed |\n| Fire | failed |\n")
    assert rehearsed(report, ["Loss", "Fire", "Flood"]) == {"Fire": "ended as 'failed'", "Flood": "was not rehearsed"}


def test_schedules() -> None:
    rows = schedule_rows(read(TABLE))
    assert incomplete(rows) == ["'deploy it all' has no time with its zone", "'tell the users' has no owner"]
    assert order_problems(rows, date(2026, 12, 2))[0].startswith("'freeze the branch' is on 2026-12-01")
    assert any("before the step above" in why for why in order_problems(rows, None))
    assert strangers(rows, {"Ann Lee"}) == ["Bo Ray owns a step and is nobody of the team"]
    assert schedule_rows(read("No table.")) == []


@pytest.mark.parametrize(
    ("text", "known"), [("2026-12-01 08:00 UTC", True), ("2026-12-01T08:00", False), ("soon", False)]
)
def test_a_moment_has_its_zone(text: str, known: bool) -> None:
    assert (moment(text) is not None) == known


def test_dates() -> None:
    assert dates(read("2026-12-01 and 2026-12-01, not 2026-12-02.")) == [date(2026, 12, 1), date(2026, 12, 2)]


def test_what_a_document_leaves_out() -> None:
    document = read("The `api` and `shop` run; OpenAI hears.\n\n| name |\n|---|\n| `shop` |\n")
    live = {"service": {"api", "worker"}, "cache": {"shop"}, "database instance": {"shop"}}
    assert unmentioned(document, live, ["OpenAI", "Pinecone"]) == ["service worker", "provider Pinecone"]
    assert unmentioned(document, {"service": {"shop"}, "cache": {"shop"}, "bucket": {"shop"}}, []) == ["bucket shop"]
