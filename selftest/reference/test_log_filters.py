"""The accounts' own reading of filter patterns over JSON events."""

from __future__ import annotations

import pytest

from reference.aws.calls import ApiError
from reference.aws.operations.log_filters import compiled

EVENT = {"event": "crossed", "outcome": "success", "who": {"age": 7}, "on": True, "none": None}


@pytest.mark.parametrize(
    ("pattern", "sees"),
    [
        ('{ $.event = "crossed" }', True),
        ('{ $.event = "cross*" }', True),
        ('{ $.event != "crossed" }', False),
        ('{ $.gone = "crossed" }', False),
        ('{ ($.event = "crossed") && ($.outcome = "success") }', True),
        ('{ $.event = "x" || ($.who.age >= 7 && $.on IS TRUE) }', True),
        ("{ $.who.age > 7 }", False),
        ("{ $.gone NOT EXISTS }", True),
        ("{ $.none IS NULL }", True),
    ],
)
def test_patterns(pattern: str, sees: bool) -> None:
    assert compiled(pattern)(EVENT) is sees


@pytest.mark.parametrize("pattern", ["", "crossed", "{ $.event = }", "{ ($.event = x }", "{ $.event = x y }"])
def test_what_is_no_pattern(pattern: str) -> None:
    with pytest.raises(ApiError):
        compiled(pattern)
