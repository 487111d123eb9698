"""What a matrix of controls leaves open."""

from __future__ import annotations

from tests.judges.controls import CRITERIA, failing, series, unmapped


def test_the_common_criteria_are_thirty_three() -> None:
    assert len(CRITERIA) == len(set(CRITERIA)) == 33


def test_each_criterion_needs_a_control() -> None:
    assert unmapped(set(CRITERIA)) == []
    assert unmapped(set(CRITERIA) - {"CC6.1"}) == ["CC6.1"]
    assert series(CRITERIA) == 9
    assert series(set(CRITERIA) - {"CC6.1", "CC6.2", "CC9.2"}) == 7
    assert series([]) == 0


def test_failures_are_named_unless_taken_on() -> None:
    now = {"config:a": "", "config:b": "is NON_COMPLIANT", "trail": "does not record"}
    assert failing(["config:a"], now, []) == []
    assert failing(["config:b", "trail"], now, ["config:b"]) == ["trail: does not record"]
    assert failing(["config:gone"], now, ["config:gone"]) == ["config:gone is not there to be looked at"]
