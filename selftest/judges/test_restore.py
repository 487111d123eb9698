"""The judge of restores, with made-up facts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.aws.restore_drill import RestoreFacts, TableFacts, structure_differences
from tests.judges import restore as judge

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def facts(**changes: object) -> RestoreFacts:
    good = {
        "source": "database instance main",
        "backup": "snapshot s",
        "moment": NOW,
        "marker_before": True,
        "marker_after": False,
        "minutes": 1.0,
        "tables": {"public.a": TableFacts(rows=3, compared=3, missing=0)},
        "searches": {"a.v": [2, 2]},
    }
    return RestoreFacts.model_validate(good | changes)


def test_a_true_copy_has_no_problem() -> None:
    found = facts()
    assert not judge.no_copy(found) + judge.all_differences(found) + judge.wrong_markers(found)
    assert judge.matching_percent(found) == 100


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"problem": "ended as failed"}, "could not be restored from snapshot s: ended as failed"),
        ({"archive": ["archive_mode is off"]}, "archive_mode is off"),
        ({"tables": {"public.a": TableFacts(rows=0, compared=0, missing=0)}}, "compared in no row"),
        ({"tables": {}}, "compared in no row"),
    ],
)
def test_no_copy_is_said_with_its_reason(changes: dict[str, object], said: str) -> None:
    assert said in judge.no_copy(facts(**changes))[0]


def test_an_empty_table_is_named() -> None:
    found = facts(tables={"public.a": TableFacts(rows=0, compared=9, missing=9)})
    assert "table public.a" in judge.table_problems(found)[0]
    assert judge.matching_percent(found) == 0


@pytest.mark.parametrize(("copy", "said"), [(-1, "fails"), (0, "yields 0 of the 2 rows")])
def test_a_search_that_finds_otherwise_is_named(copy: int, said: str) -> None:
    assert said in judge.structure_problems(facts(searches={"a.v": [2, copy]}))[0]


@pytest.mark.parametrize(
    ("before", "after", "count"), [(True, False, 0), (False, False, 1), (True, True, 1), (None, None, 2)]
)
def test_markers(before: bool | None, after: bool | None, count: int) -> None:
    assert len(judge.wrong_markers(facts(marker_before=before, marker_after=after))) == count


def test_gaps_of_daily_backups_are_a_day() -> None:
    daily = [NOW - timedelta(hours=9) - n * judge.DAY for n in range(31)]
    found = judge.gaps(daily, NOW, 7)
    assert max(gap for gap, _ in found) == judge.DAY
    assert judge.missed_days(found) == 0


@given(st.integers(1, 6))
def test_a_missing_day_is_a_gap(missing: int) -> None:
    kept = [NOW - timedelta(hours=9) - n * judge.DAY for n in range(31) if n != missing]
    found = judge.gaps(kept, NOW, 7)
    assert max(gap for gap, _ in found) == 2 * judge.DAY
    assert judge.missed_days(found) == 1


def test_many_backups_of_one_day_do_not_cover_the_week() -> None:
    found = judge.gaps([NOW - timedelta(hours=n) for n in range(1, 8)] + [NOW - 9 * judge.DAY], NOW, 7)
    assert judge.missed_days(found) == 8


def test_structure_is_compared_both_ways() -> None:
    found = structure_differences({"policy": {"p"}, "table": {"t"}}, {"table": {"t", "u"}})
    assert found == ["policy missing in the copy: p", "table only in the copy: u"]


GUIDE = """# Restore
## When
If rows were lost.
## Cost
Time: 45 minutes. Data loss: the last 10 minutes.
To a new instance.
"""


def test_a_complete_guide() -> None:
    found = judge.read_guide(GUIDE)
    assert (found.minutes, found.loss) == (45, 45)  # the first duration on a line about it
    assert not judge.guide_problems(found, "guide.md")


@pytest.mark.parametrize(
    ("gone", "said"),
    [
        ("Time: 45 minutes. ", "how long"),
        (" Data loss: the last 10 minutes.", "how much"),
        ("If rows were lost.\n", "when"),
        ("To a new instance.", "new instance"),
    ],
)
def test_what_a_guide_leaves_open_is_said(gone: str, said: str) -> None:
    text = GUIDE.replace(gone, "")
    assert any(said in problem for problem in judge.guide_problems(judge.read_guide(text), "guide.md"))
