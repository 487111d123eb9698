"""Memories that come back otherwise, and refusals that help nobody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.judges.memories import LONG, Remembered, changed, differences, paired, texts, unhelpful

GIVEN = Remembered("a text with 🌻", "note", "happy")


@given(st.text(), st.text())
def test_only_what_is_equal_in_all_is_unchanged(given_text: str, found: str) -> None:
    one, other = Remembered(given_text, "note", ""), Remembered(found, "note", "")
    assert bool(differences(one, other, "it")) == (given_text != found)


def test_each_difference_is_named() -> None:
    assert differences(GIVEN, None, "memory 1") == ["memory 1 is not there"]
    found = differences(GIVEN, Remembered("a text with ?", "event", "happy"), "memory 1")
    assert found == [
        "memory 1: text came back as '?' instead of '🌻' from character 12 on (13 characters)",
        "memory 1: kind came back as 'event' instead of 'note' from character 0 on (5 characters of 4)",
    ]


def test_the_texts_try_what_is_lost_easily() -> None:
    tried = texts("mark")
    assert len(tried[f"{LONG} characters"]) == LONG
    assert all(text.startswith("mark") for text in tried.values())
    assert any(ord(c) > 0xFFFF for c in tried["emoji"])
    assert all(text == text.strip() for text in list(tried.values())[:-1])


def test_columns_are_paired_or_refused() -> None:
    assert dict(paired(["1"], ["text"], ["note"], ["sad"])) == {"1": Remembered("text", "note", "sad")}
    with pytest.raises(ValueError, match="shorter"):
        list(paired(["1", "2"], ["text"], ["note"], ["sad"]))


@pytest.mark.parametrize(
    ("status", "codes", "named", "field", "expected"),
    [
        (200, [], [], {"count"}, "answered with 200"),
        (500, ["x"], ["count"], {"count"}, "answered with 500"),
        (422, [], ["count"], {"count"}, "no code"),
        (422, ["too_big"], ["text"], {"count"}, "are text, not count"),
        (422, ["too_big"], [], {"count"}, "are none, not count"),
        (422, ["too_big"], ["text", "count"], {"count", "top_k"}, None),
        (400, [], [], (), None),
        (302, [], [], (), "answered with 302"),
    ],
)
def test_a_refusal_names_code_and_field(
    status: int, codes: list[object], named: list[object], field: set[str], expected: str | None
) -> None:
    found = unhelpful(status, codes, named, field)
    assert found is None if expected is None else expected in (found or "")


def test_what_became_more_or_fewer() -> None:
    assert changed({"rows": 3, "vectors": 3, "gone": 1}, {"rows": 3, "vectors": 4}) == {"vectors": 1, "gone": -1}
