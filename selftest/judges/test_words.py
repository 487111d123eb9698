"""What was said against what was heard."""

from __future__ import annotations

import pytest

from tests.judges.words import letter_error_rate, nearest, word_error_rate


@pytest.mark.parametrize(
    ("said", "heard", "rate"),
    [
        ("Good morning!", "good morning", 0.0),
        ("see you at noon", "see you at moon", 0.25),
        ("thank you", "", 1.0),
        ("thank you", "what a very fine day this is", 1.0),
        ("", "something", 1.0),
        ("It's cold", "its cold", 0.0),
    ],
)
def test_words_are_counted_by_what_was_said(said: str, heard: str, rate: float) -> None:
    assert word_error_rate(said, heard) == rate


def test_letters_count_where_gaps_were_lost() -> None:
    assert letter_error_rate("good morning see you", "good morningsee you") == 0
    assert letter_error_rate("good morning", "what a day") > 0.5


def test_the_nearest_text_is_found() -> None:
    assert nearest("goud mornin", ["see you at noon", "good morning", "thank you"]) == 1
