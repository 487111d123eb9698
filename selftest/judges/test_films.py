"""Films, judged on made-up ones."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fixtures.pages.films import Film
from tests.judges.films import covered, unwatchable

GOOD = Film("The Studio", "/a.webm", "", 33.0, 1.9, 150.0, 0.3, 9000.0)


@pytest.mark.parametrize(
    ("film", "wrong"),
    [
        (GOOD, ""),
        (replace(GOOD, spread=0.0), ""),
        (replace(GOOD, loudest=None, decoded=None), ""),
        (replace(GOOD, error="no data"), "does not play: no data"),
        (replace(GOOD, went_on=0.1), "stands still"),
        (replace(GOOD, spread=3.0, loudest=0.0), "one colour and silent"),
        (replace(GOOD, spread=3.0, loudest=None, decoded=0), "one colour and silent"),
        (replace(GOOD, spread=None, loudest=None), "could not be looked at"),
    ],
)
def test_what_can_be_watched(film: Film, wrong: str) -> None:
    why = unwatchable(film)
    assert bool(why) is bool(wrong)
    assert wrong in (why or "")


def test_which_modes_have_a_film() -> None:
    assert covered([GOOD], ["studio", "companion"]) == ["studio"]
