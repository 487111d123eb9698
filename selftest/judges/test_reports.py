"""Scheduled reports: runs that are too long ago, and files that show something else than they should."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fixtures.tenancy.reports import Content, Run
from tests.judges.reports import Shown, ages, newest, wrong

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


def run(tenant: str, hours: float, *, scheduled: bool = True) -> Run:
    return Run(tenant, f"{tenant}-{hours:g}", NOW - timedelta(hours=hours), scheduled)


def shown(*rows: str, total: int | None = None, owners: dict[str, str | None] | None = None) -> Shown:
    content = Content(rows, len(rows) if total is None else total)
    return Shown("elm", content, {"a", "b"}, {"a", "b", "edge"}, owners or {})


def test_the_newest_scheduled_run_counts() -> None:
    found = newest([run("elm", 30), run("elm", 6), run("elm", 50), run("elm", 1, scheduled=False), run("fir", 25)])
    assert {tenant: one.id for tenant, one in found.items()} == {"elm": "elm-6", "fir": "fir-25"}


def test_age_is_told_in_intervals_and_none_where_there_was_no_run() -> None:
    assert ages(["elm", "fir"], newest([run("elm", 36)]), NOW, 24) == {"elm": 1.5, "fir": None}


def test_a_right_file_is_fine() -> None:
    for right in (shown("a", "b"), shown("a", "b", "edge"), shown("a", "b", "gone", owners={"gone": None})):
        assert wrong(right, "the report", "elm") == []
        assert right.differences == 0


def test_an_empty_file_and_an_old_one_are_told_apart() -> None:
    assert wrong(shown(), "the report", "elm") == [
        "the report of elm is empty and should show 2 of 2 rows. Was an older file sent again?"
    ]
    old = shown("z", owners={"z": "elm"})
    assert wrong(old, "the report", "elm") == [
        "the report of elm lacks 2 of 2 rows. Was an older file sent again?",
        "the report of elm shows 1 rows from outside its time. Was an older file sent again?",
    ]
    assert old.differences == 3


def test_rows_of_another_are_named_with_whose_they_are() -> None:
    mixed = shown("a", "b", "z", owners={"z": "fir"})
    assert wrong(mixed, "the report", "elm") == [
        "the report of elm shows 1 rows of another tenant (fir). Whose file is it?"
    ]
    assert (len(mixed.foreign), mixed.differences) == (1, 0)


def test_a_wrong_total_is_found() -> None:
    told = wrong(shown("a", "b", total=7), "the report", "elm")
    assert told == ["the report of elm tells a total of 7 and shows 2 rows"]


def test_a_file_that_is_not_there_is_said() -> None:
    lost = Shown("elm", Content(problem="there is no file x in bucket y"), set(), set(), {})
    assert wrong(lost, "the report", "elm") == [
        "the report of elm: there is no file x in bucket y. See what the worker says of it"
    ]
