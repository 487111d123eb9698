"""A check that looked for several problems says all of them, and what to do about them once."""

from __future__ import annotations

import pytest

from golive.judging import conclude


def test_nothing_is_said_where_nothing_is_wrong() -> None:
    conclude([None, ""], hint="Look there")


def test_all_problems_are_said_each_once_and_the_hint_last() -> None:
    with pytest.raises(AssertionError) as failure:
        conclude(["slow", None, "wrong", "slow"], hint="Look there")
    assert str(failure.value).splitlines() == ["slow", "wrong", "Look there"]


def test_without_a_hint_the_problems_stand_alone() -> None:
    with pytest.raises(AssertionError, match=r"^slow$"):
        conclude(["slow"])
