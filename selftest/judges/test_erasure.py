"""What was there, what is left, and which tables nobody has described."""

from __future__ import annotations

from fixtures.privacy.traces import Traces
from tests.judges.erasure import remains, undescribed, unseen

FOUND = {"table notes": Traces(2, 1), "redis sessions": Traces(1), "table trail": Traces(3)}


def test_what_was_never_there_is_said() -> None:
    assert unseen(["table notes", "index", "index"], FOUND) == ["index"]
    assert unseen(["table notes"], FOUND) == []


def test_a_table_that_nobody_described_is_named() -> None:
    assert undescribed(["notes", "letters", "stock"], FOUND, {"stock"}) == ["letters"]


def test_kept_places_may_hold_an_id_and_no_word() -> None:
    assert remains({"table trail": Traces(3)}, {"table trail"}) == {}
    assert "own words" in remains({"table trail": Traces(3, 1)}, {"table trail"})["table trail"]
    assert "2 that name the person by id" in remains(FOUND, {"table trail"})["table notes"]


def test_nothing_found_is_nothing_left() -> None:
    assert remains({}, set()) == {}
    assert not Traces()
