"""Limits: at, just below, just above. Strict signs stay strict, and what is no number holds no limit."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from golive.catalogue import Limit
from golive.observation import Recorder, recording
from golive.verdict import Unobservable

NUMBERS = st.floats(-1e9, 1e9, allow_nan=False) | st.integers(-(10**9), 10**9)
AT, BELOW, ABOVE = 0, -1, 1
ADMITTED = {"<": {BELOW}, "<=": {BELOW, AT}, ">": {ABOVE}, ">=": {ABOVE, AT}, "==": {AT}, "!=": {BELOW, ABOVE}}


def limit(op: str, value: object, unit: str = "ms", source: str = "document", **more: object) -> Limit:
    return Limit.model_validate({"name": "measured", "op": op, "value": value, "unit": unit, "source": source, **more})


@given(st.sampled_from(sorted(ADMITTED)), NUMBERS)
def test_at_just_below_and_just_above(op: str, value: float) -> None:
    asked = limit(op, value)
    steps = {AT: value, BELOW: math.nextafter(value, -math.inf), ABOVE: math.nextafter(value, math.inf)}
    assert {side for side, seen in steps.items() if asked.admits(seen)} == ADMITTED[op]


@given(NUMBERS, NUMBERS)
def test_between_holds_both_ends_and_nothing_outside(a: float, b: float) -> None:
    low, high = sorted((a, b))
    asked = limit("between", [low, high])
    assert asked.admits(low)
    assert asked.admits(high)
    assert not asked.admits(math.nextafter(low, -math.inf))
    assert not asked.admits(math.nextafter(high, math.inf))


@pytest.mark.parametrize("op", [*ADMITTED, "between"])
@pytest.mark.parametrize("value", [None, math.nan, Decimal("NaN"), True, False, "", "7", [7], {}])
def test_what_is_no_number_is_unobservable(op: str, value: object) -> None:
    asked = limit(op, [5, 9] if op == "between" else 7)
    with pytest.raises(Unobservable, match="measured should be a number of ms"):
        asked.admits(value)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [None, 7, 7.0, True, "", math.nan])
@pytest.mark.parametrize(("op", "unit"), [("==", "name"), ("!=", "name"), (">=", "version")])
def test_what_is_no_word_is_unobservable(op: str, unit: str, value: object) -> None:
    with pytest.raises(Unobservable, match="should be a word"):
        limit(op, "1.3", unit).admits(value)  # type: ignore[arg-type]


def test_infinity_and_decimals_are_compared() -> None:
    assert not limit("<", 500).admits(math.inf)
    assert limit("<=", 500).admits(Decimal("500"))
    assert not limit("<", 500).admits(Decimal("500.0"))


@pytest.mark.parametrize(
    ("op", "asked", "seen", "holds"),
    [
        (">=", "14", "14", True),
        (">=", "14", "13.99", False),
        (">=", "14", "16.2", True),
        (">=", "14.2", "14.10", True),
        (">=", "14", "9.6", False),
        ("==", "1.3", "v1.3", True),
        (">=", "1.3", "1.3.0", True),
        ("==", "1.3", "1.3.0", True),
        (">", "1.3", "1.3.0", False),
        ("<=", "1.3", "1.3.0", True),
        (">=", "1.3", "1.2-rc1", False),
    ],
)
def test_versions_are_compared_part_by_part(op: str, asked: str, seen: str, holds: bool) -> None:
    assert limit(op, asked, "version").admits(seen) is holds


@given(st.lists(st.integers(0, 999), min_size=1, max_size=4), st.lists(st.integers(0, 999), min_size=1, max_size=4))
def test_version_order_is_total(a: list[int], b: list[int]) -> None:
    x, y = ".".join(map(str, a)), ".".join(map(str, b))
    assert limit(">=", y, "version").admits(x) != limit("<", y, "version").admits(x)
    assert limit("==", y, "version").admits(x) == (
        limit(">=", y, "version").admits(x) and limit("<=", y, "version").admits(x)
    )


@pytest.mark.parametrize("seen", ["fourteen", "14.x", "14..2", "²"])
def test_what_is_no_version_is_unobservable(seen: str) -> None:
    with pytest.raises(Unobservable, match="not a version"):
        limit(">=", "14", "version").admits(seen)


@pytest.mark.parametrize(
    ("op", "value", "unit", "says"),
    [
        ("<", "fast", "name", "a word can only be compared"),
        ("between", 5, "ms", "does not go with"),
        ("<", [1, 2], "ms", "does not go with"),
        ("<", 5, "", "at least 1 character"),
        ("~", 5, "ms", "Input should be"),
        ("between", [9, 5], "ms", "lower end"),
        ("<", math.nan, "ms", "finite"),
        (">", True, "ms", "true or false"),
        (">=", "latest", "version", "version number"),
    ],
)
def test_a_limit_that_makes_no_sense_is_refused(op: str, value: object, unit: str, says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        limit(op, value, unit)


def test_require_names_thing_value_limit_and_whose_it_is() -> None:
    with pytest.raises(AssertionError) as caught:
        limit(">=", 30, "days").require(7, "orders-db", "Raise the retention")
    assert (
        str(caught.value)
        == "orders-db: measured is 7 days, want >= 30 days (the document's limit). Raise the retention"
    )
    own = limit("<", 5, "ms", "default", overridden=True).problem(5, "api")
    assert own == "api: measured is 5 ms, want < 5 ms (this target's own limit)"
    assert "(our default)" in (limit("<", 5, "ms", "default").problem(5, "api") or "")


def test_a_message_never_shows_a_value_as_its_limit() -> None:
    """Rounding must not print `500 ms, want < 500 ms` for 500.04 against 500, nor hide by how little it missed."""
    problem = limit("<=", 500).problem(500.04, "api") or ""
    assert "is 500.04 ms" in problem, problem
    assert "is 0.10004 percent" in (limit("<", 0.1, "percent").problem(0.10004, "api") or "")


def test_each_comparison_is_recorded() -> None:
    recorder = Recorder()
    recording(recorder)
    try:
        limit(">=", 30, "days").require(35, "db")
        limit(">=", 30, "days").problem(7, "db")
    finally:
        recording(None)
    assert [(j.observed, j.limit, j.unit, j.holds) for j in recorder.judgements] == [
        ("35", ">= 30 days", "days", True), ("7", ">= 30 days", "days", False)
    ]  # fmt: skip
