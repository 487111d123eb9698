"""Post-mortems of rollbacks, pages of past weeks, judged on made-up ones."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from fixtures.documents.markdown import Section, read
from fixtures.oncall.acknowledging import Answered, acknowledgements
from fixtures.oncall.history import Page
from tests.judges.pages_answered import answer_times, busiest_week, missed, unnamed
from tests.judges.post_mortems import (
    account_problems,
    actions,
    cause_problems,
    of_release,
    times,
    unplanned,
    working_days,
    written,
)

DEPLOYED, BACK = datetime(2026, 11, 19, 9, tzinfo=UTC), datetime(2026, 11, 19, 11, tzinfo=UTC)
TEXT = """# Post-mortem
Written: 2026-11-20 by Ann Lee, on #101.
## Summary
It broke for all.
## Impact
40 users were late.
## Timeline
In UTC, 2026-11-19: 09:20 it is slow, 10:40 we see it.
| time | what |
|---|---|
| 2026-11-19T11:05Z | it is gone |
## Root cause
Component: API
#101 asks twice. Contributing factors: nothing tests it.
## Detection
A user told us.
## Actions
| action | kind | owner | due | issue | blocks |
|---|---|---|---|---|---|
| Ask once | corrective | Bo Ray | 2026-11-25 | #7 | yes |
| A test | preventive | | soon | | no |
"""


def document(old: str = "", new: str = "") -> Section:
    assert not old or old in TEXT
    return read(TEXT.replace(old, new) if old else TEXT)


def test_a_whole_account() -> None:
    assert account_problems(document(), DEPLOYED, BACK) == []
    assert written(document()) == date(2026, 11, 20)
    assert [f"{t:%H:%M}" for t in times(document())] == ["09:20", "10:40", "11:05"]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("40 users were late.", "TBD", "its impact says only 'TBD'"),
        ("## Detection", "## Thanks", "it has no detection"),
        ("In UTC, 2026-11-19: 09:20", "In UTC, 2026-10-19: 09:20", "its timeline tells of 19 Oct 09:20Z"),
        ("In UTC, 2026-11-19: 09:20 it is slow, 10:40 we see it.", "In UTC:", "no time of its timeline lies between"),
        ("In UTC, 2026-11-19:", "2026-11-19:", ""),
    ],
)
def test_accounts_that_lack_something(old: str, new: str, problem: str) -> None:
    found = account_problems(document(old, new), DEPLOYED, BACK)
    assert (not found and not problem) or found[0].startswith(problem)


def test_which_document_is_about_a_release() -> None:
    known = {"old.md": document("2026-11-20", "2026-11-01"), "new.md": document()}
    assert of_release(known, ["abc1234", "#101"], date(2026, 11, 19)) == "new.md"
    assert of_release(known, ["#10"], date(2026, 11, 19)) is None


def test_working_days() -> None:
    friday = date(2026, 11, 20)
    assert [working_days(friday, friday + timedelta(days=n)) for n in (0, 2, 3, 7)] == [0, 0, 1, 5]


def test_supported_causes() -> None:
    assert cause_problems(document(), {"#101": True}) == []
    assert "no part of the release" in cause_problems(document(), {"#101": False})[0]
    assert "no commit or pull request" in cause_problems(document(), {})[0]
    assert cause_problems(document("Component: API\n", ""), {"#101": True}) == ["its root cause names no component"]
    blamed = document("#101 asks twice.", "Human error.")
    assert "a person's error" in cause_problems(blamed, {"#101": True})[0]


def test_actions() -> None:
    first, second = actions(document())
    assert (first.issue, first.blocks, first.prevents, first.due) == (7, True, False, date(2026, 11, 25))
    assert second.prevents
    assert unplanned([first, second]) == ["action 'A test' has no owner and no due date and no issue"]


def page(number: int, after: float | None, *, person: bool = True, climbed: bool = False) -> Page:
    at = DEPLOYED + timedelta(days=number)
    answers = () if after is None else (Answered("Ann", "P1", person, at + timedelta(minutes=after)),)
    return Page(f"I{number}", "It is slow", "api", at, answers, (("Ann", at),), climbed)


def test_pages_that_nobody_answered() -> None:
    known = [page(1, 2), page(2, None), page(3, 0.1, person=False), page(4, 40, climbed=True)]
    now = DEPLOYED + timedelta(days=5)
    assert missed([page(5, None)], now + timedelta(minutes=4), 5) == []
    found = missed(known, now, 5)
    assert [sentence.rpartition("Z ")[2] for sentence in found] == [
        "was never acknowledged", "was acknowledged by Ann alone", "climbed, and was acknowledged after 40 min",
    ]  # fmt: skip
    assert answer_times([page(1, 3), page(2, None), page(3, 0.1, person=False), page(4, 1)]) == [1, 3]


def test_the_busiest_week() -> None:
    assert busiest_week([page(n, 1) for n in (0, 1, 2, 8, 20)]) == ("Ann", 3)
    assert busiest_week([]) == ("nobody", 0)
    assert unnamed(["Ann Lee", "Bo"], "by ann lee") == ["Bo"]


def test_acknowledgements_of_a_log() -> None:
    entry = {"type": "acknowledge_log_entry", "created_at": "2026-11-19T09:00:00Z", "agent": {"type": "user_reference"}}
    assert [a.person for a in acknowledgements([entry, {"type": "notify_log_entry"}])] == [True]
