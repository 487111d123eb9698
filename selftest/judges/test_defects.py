"""Defects and test pages, judged on made-up ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fixtures.ci.defects import Defect
from fixtures.oncall.paging import Answered, TestPage
from fixtures.oncall.roster import Shift
from tests.judges.defects import grave, hours_open, speaking_of, untracked
from tests.judges.paging import answer_problem, minutes_taken

NOW = datetime(2026, 11, 22, tzinfo=UTC)
HOUR = timedelta(hours=1)


def defect(number: int = 1, severity: str = "critical", closed: float | None = None, **more: object) -> Defect:
    at = None if closed is None else NOW - closed * HOUR
    known = {"labels": ("bug",), "assigned": True, "opened": NOW - 30 * HOUR, "closed": at, "body": ""} | more
    return Defect(number, "It breaks", severity=severity, **known)  # type: ignore[arg-type]


def test_grave_defects() -> None:
    assert grave([defect(closed=2), defect(severity="low")], ["blocker"]) == []
    assert grave([defect()], []) == ["issue #1 (It breaks) is critical"]
    assert grave([defect(severity="low", labels=("blocker",))], ["blocker"]) == [
        "issue #1 (It breaks) has the label blocker"
    ]


def test_what_issues_speak_of() -> None:
    known = [defect(1, body="see 7431"), defect(2, body="Timeout: slow", closed=1)]
    assert {k: d.number for k, d in speaking_of(known, {"7431": "Out: of memory", "9": "Timeout: slow"}).items()} == {
        "7431": 1
    }


def test_times() -> None:
    assert hours_open(defect(), NOW) == 30
    assert hours_open(defect(closed=10), NOW) == 20
    assert untracked([defect(severity=""), defect()]) == ["issue #1 (It breaks) has no severity"]


SHIFT = Shift(2, "P1", "Ann Lee", NOW, NOW + HOUR)
PAGE = TestPage("I1", SHIFT, NOW)


def answered(id_: str = "P1", person: bool = True) -> Answered:
    return Answered("Bo Ray" if id_ != "P1" else "Ann Lee", id_, person, NOW + timedelta(minutes=2))


def test_answers() -> None:
    assert answer_problem(PAGE, [answered()]) == ""
    assert answer_problem(PAGE, []) == "level 2, Ann Lee did not acknowledge the test page"
    assert "who was not paged" in answer_problem(PAGE, [answered("P2")])
    assert "not a person" in answer_problem(PAGE, [answered("W", person=False)])
    assert minutes_taken(PAGE, [answered()]) == 2
    assert minutes_taken(PAGE, [answered("P2")]) is None
