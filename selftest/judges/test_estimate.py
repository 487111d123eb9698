"""What an estimate leaves out, or says twice."""

from __future__ import annotations

from tests.judges.estimate import inconsistencies, unpriced


def test_a_sound_estimate() -> None:
    assert inconsistencies(30.0, {"a": 10, "b": 20.1}, {"a", "b", "c"}) == []


def test_contradictions_are_named() -> None:
    assert inconsistencies(0, {}, {"a"}) == ["prices nothing"]
    assert inconsistencies(30, {"a": 10}, {"a"}) == ["its total is 30.00, its resources cost 10.00 together"]
    assert inconsistencies(10, {"a": 10}, {"b"}) == ["prices a, which the plan does not have"]


def test_what_has_no_price_is_named_unless_accepted() -> None:
    parts = {"nat": ["Data processed"], "db": [], "lb": ["LCU"]}
    assert unpriced(parts, {"aws_x": 2}, ["lb"]) == [
        "nat: Data processed without a usage count as 0",
        "2 aws_x have no price",
    ]
    assert unpriced(parts, {"aws_x": 2}, ["lb", "nat", "aws_x"]) == []
