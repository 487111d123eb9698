"""Backlogs, launch materials and what is asked of support, judged on made-up ones."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from fixtures.ci.defects import Defect
from fixtures.documents.markdown import read
from fixtures.helpdesk import Ticket
from tests.judges.backlog import days_to_rate, plan_problem, unrated, weeks_since
from tests.judges.materials import approval_problem, materials, rehearsal_links, text_problems
from tests.judges.support_demand import WEEK, by_matter, demand, silent, weeks_known

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SINCE = NOW - timedelta(hours=6)


def issue(hours: float, severity: str = "") -> Defect:
    return Defect(1, "Slow", (), severity, True, NOW - timedelta(hours=hours), None, "")


def test_backlogs() -> None:
    assert [i.opened for i in unrated([issue(5), issue(30), issue(30, "low")], NOW)] == [NOW - timedelta(hours=30)]
    assert days_to_rate(issue(48), [NOW - timedelta(hours=24)], NOW) == 1
    assert days_to_rate(issue(48), [], NOW) == 2
    assert weeks_since(NOW - timedelta(days=3), NOW) == 1
    plan = {"title": "Next", "due": date(2026, 12, 1), "open": 2}
    assert plan_problem([plan], NOW.date()) is None
    for change in ({"due": None}, {"due": date(2026, 11, 1)}, {"open": 0}):
        assert "no milestone says what comes next" in (plan_problem([plan | change], NOW.date()) or "")


def test_materials() -> None:
    table = (
        "## Materials\n\n| material | where | file | owner |\n|---|---|---|---|\n| Note | - | `note.md` | @bo-ray |\n"
    )
    (note,) = materials(read(table))
    assert (note.where, note.file) == ("", "note.md")
    assert approval_problem(note, ["bo-ray"]) is None
    assert approval_problem(note, []) == "Note: @bo-ray did not approve note.md, but nobody"
    assert text_problems("For version 2.0 and release v1.9.4", "2.0.1") == [
        "is about version 1.9.4, the release is 2.0.1"
    ]
    urls = ["https://app.x.com/", "https://staging.x.com/", "https://x-dev.y.com/", "https://device.x.com/"]
    assert len(rehearsal_links(urls, frozenset().__contains__)) == 2
    assert rehearsal_links(urls, urls.__contains__) == []


def ticket(at: datetime, tags: tuple[str, ...] = (), channel: str = "email") -> Ticket:
    return Ticket(1, "?", "", "closed", "", tags, at, channel=channel)


def test_demand() -> None:
    past = [ticket(NOW - n * WEEK - timedelta(hours=h)) for n in range(1, 5) for h in (1, 2, 3)]
    found = demand(past, SINCE, NOW, 4)
    assert (found.now, found.before) == (0, (3, 3, 3, 3))
    assert list(silent(past, SINCE, NOW, 4)) == ["email"]
    assert weeks_known(past, SINCE, 8) == 4
    login = [ticket(NOW - timedelta(hours=1), ("login",)) for _ in range(5)]
    assert by_matter(past + login, SINCE, NOW, 4)["login"].above == 5
    assert by_matter(past + login[:4], SINCE, NOW, 4) == {}
    assert demand(past + login, SINCE, NOW, 4).above == 2
