"""Load that is like people, and load that is not."""

from __future__ import annotations

import pytest

from golive.load.tracing import Did
from golive.verdict import Unobservable
from tests.judges.journeys import farthest, mix, told_apart, visits

WAYS = ("sign_in", "change", "read", "say", "translate", "read")


def visit(number: int, length: int = len(WAYS), pause: float = 0.5, words: str | None = None) -> list[Did]:
    return [
        Did(10.0 * number + n * (pause + 0.1), 100, f"visits-{number}", f"user-{number % 4}", way,
            (words or f"{number}-{n}") if way in ("say", "translate") else "-",
            ("ta", "fr", "de")[number % 3] if way == "translate" else "-",
            ("one", "two", "three")[number % 3] if way == "change" else "-")
        for n, way in enumerate(WAYS[:length])
    ]  # fmt: skip


def test_whole_visits_are_looked_at_and_one_that_was_cut_off_is_not() -> None:
    found = visits([*visit(0), *visit(1), *visit(2), *visit(3), *visit(4, length=1)], "sign_in", "run")
    assert (found.count, found.endpoints, found.unsigned, found.users) == (4, 4, 0, 4)
    assert found.pause == pytest.approx(0.5)
    assert (found.texts, found.repeated) == (8, 0)
    assert found.languages == {"ta", "fr", "de"}
    assert found.modes == {"one", "two", "three"}


def test_a_loop_on_one_endpoint_is_no_visit() -> None:
    loop = [Did(n, 5, f"visits-{n}", "user", "health") for n in range(30)]
    found = visits(loop, "sign_in", "run")
    assert (found.endpoints, found.unsigned, found.texts, found.repeated, found.pause) == (1, 30, 0, 100, 0)


def test_the_same_text_again_and_again_is_answered_from_caches() -> None:
    found = visits([*visit(0, words="same"), *visit(1, words="same")], "sign_in", "run")
    assert found.texts == 1
    assert found.repeated == pytest.approx(75)


def test_a_trace_without_calls_says_nothing() -> None:
    with pytest.raises(Unobservable, match="holds no calls"):
        visits([], "sign_in", "run")


def test_a_trace_of_another_run_is_no_evidence() -> None:
    trace = visit(0)
    told_apart(trace, {"sign_in": 1, "change": 1, "read": 2, "say": 2, "translate": 1}, 1, "run")
    with pytest.raises(Unobservable, match="tells of 2 read, and its results hold 9"):
        told_apart(trace, {"sign_in": 1, "change": 1, "read": 9, "say": 1, "translate": 1}, 1, "run")
    with pytest.raises(Unobservable, match="tells of 0 health"):
        told_apart(trace, {"sign_in": 1, "change": 1, "read": 2, "say": 1, "translate": 1, "health": 7}, 1, "run")


def test_the_mix_is_as_far_off_as_its_worst_operation() -> None:
    assert mix({"a": 1, "b": 3}) == {"a": 25, "b": 75}
    assert mix({}) == {}
    assert farthest(mix({"a": 1, "b": 3}), mix({"a": 1, "b": 1, "c": 4}))[0] == "c"
    assert farthest({}, {}) == ("", 0)
