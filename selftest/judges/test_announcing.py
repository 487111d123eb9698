"""What customers were told, of made-up mails."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.judges.announcing import announced, time_problem, unreached, untold

CONTACTS = {"amber": {"a@x", "b@x"}, "birch": {"c@x"}}
AT = datetime(2026, 11, 22, 10, 30, tzinfo=UTC)


def test_tenants_that_were_not_told() -> None:
    assert untold(CONTACTS, ["b@x", "c@x"]) == []
    assert untold(CONTACTS, ["b@x"]) == ["birch"]
    assert unreached(CONTACTS, {"a@x": False, "b@x": True, "c@x": False}) == ["birch"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("From 2026-11-22 10:00 UTC to 2026-11-22 11:00 UTC.", ""),
        ("From 2026-11-22T05:00-05:00 on, until 2026-11-22 06:00 America/New_York.", ""),
        ("On 2026-11-22 10:00Z.", ""),
        ("From 2026-11-22 10:00 America/New_York to 2026-11-22 11:00 America/New_York.", "announces 22 Nov 15:00"),
        ("On 2026-11-22 08:00 UTC.", "it was deployed at 22 Nov 10:30Z"),
        ("On Sunday at 10:00, 2026-11-22 10:00 in your time.", "says no time with its zone"),
    ],
)
def test_the_time_that_was_announced(text: str, words: str) -> None:
    said = time_problem(announced(text), AT)
    assert words in said
    assert bool(said) == bool(words)
