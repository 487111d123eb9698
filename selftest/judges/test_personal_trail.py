"""Which accesses are not on record, and which objects nobody watches."""

from __future__ import annotations

from tests.judges.personal_trail import Entry, unrecorded, unwatched

READ = ("reading", Entry("read", "m1", "ann"))
PAST = ("a change by SQL", Entry("row", "m1", "", "app"))


def test_an_entry_with_its_actor_is_enough() -> None:
    assert unrecorded([READ], [Entry("read", "m1", "ann")]) == {}


def test_no_entry_another_thing_and_another_actor_are_findings() -> None:
    assert "no read" in unrecorded([READ], [])["reading"]
    assert "no read" in unrecorded([READ], [Entry("read", "m2", "ann")])["reading"]
    assert "who did it" in unrecorded([READ], [Entry("read", "m1", "")])["reading"]


def test_a_change_past_the_product_names_the_login() -> None:
    assert unrecorded([PAST], [Entry("row", "m1", "x", "app")]) == {}
    assert "that app did it" in unrecorded([PAST], [Entry("row", "m1", "x", "")])["a change by SQL"]


def test_a_bucket_is_watched_by_its_own_selector_or_one_for_all() -> None:
    assert unwatched({"arn:aws:s3:::files/": {"Read", "Write"}}, "files") == []
    assert unwatched({"arn:aws:s3": {"Write"}}, "files") == ["Read"]
    assert unwatched({"arn:aws:s3:::files-old/": {"Read", "Write"}}, "files") == ["Read", "Write"]
