"""Whether guessing was stopped."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.judges.guessing import Guesses, guess_problems

GOOD = Guesses("guesses", [(401, "")] * 10 + [(429, "17")] * 20, right=429, neighbours=[200, 200])


def test_guessing_that_is_stopped() -> None:
    assert GOOD.admitted == 10
    assert guess_problems(GOOD, 20) == []


def test_guessing_that_is_not() -> None:
    endless = replace(GOOD, answers=[(401, "")] * 30)
    assert endless.admitted == 30


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"right": 200}, "the lock is none"),
        ({"neighbours": [200, 429]}, "somebody else"),
        ({"answers": [(401, "")] * 10 + [(429, "")] * 20}, "no Retry-After"),
        ({"answers": [(401, "")] * 10 + [(429, "900")] * 20}, "longer than the window"),
        ({"answers": [(401, "")] * 10 + [(429, "9"), (401, "")]}, "looked at again"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, object], said: str) -> None:
    assert any(said in problem for problem in guess_problems(replace(GOOD, **change), 20))  # type: ignore[arg-type]
