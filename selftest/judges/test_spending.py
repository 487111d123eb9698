"""What is spent, beside what was estimated."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.judges.spending import alerts_at, projected, ratios, watches

NOW = datetime(2026, 11, 22, tzinfo=UTC)
DAY = date(2026, 11, 22)


def test_a_month_beside_its_estimate() -> None:
    found = ratios({"db": 10, "cache": 5, "tiny": 0.01}, {"db": 300, "cache": 100}, 1000, DAY)
    assert found == {"db": 1.0, "cache": 1.5}


def test_what_was_never_estimated_is_without_bounds() -> None:
    assert ratios({"new": 5}, {}, 1000, DAY) == {"new": math.inf}


@pytest.mark.parametrize(("left", "factor"), [(15, 2), (0, 1), (29.5, 30), (40, 30), (-3, 1)])
def test_use_goes_on_as_it_did(left: float, factor: float) -> None:
    assert projected(100, NOW + timedelta(days=left), NOW) == pytest.approx(100 * factor)


@given(st.floats(0, 1e9), st.floats(-10, 60))
def test_no_projection_is_below_what_is_used(used: float, left: float) -> None:
    assert projected(used, NOW + timedelta(days=left), NOW) >= used


def test_only_what_is_really_spent_alerts() -> None:
    heard = [("FORECASTED", 80.0, ["a"]), ("ACTUAL", 80.0, ["b"]), ("ACTUAL", 100.0, [])]
    assert alerts_at(80, heard) == ["b"]
    assert alerts_at(100, heard) == []


PLACE = {"namespace": "Product", "metric": "Cost"}
RULE = {"Namespace": "Product", "MetricName": "Cost", "ComparisonOperator": "GreaterThanThreshold", "Threshold": 5.0}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({}, []),
        ({"MetricName": "Other"}, ["watches Product/Other, the costs are in Product/Cost"]),
        ({"ComparisonOperator": "LessThanThreshold"}, ["goes off when costs are low: LessThanThreshold"]),
    ],
)
def test_an_alarm_watches_the_costs(change: dict[str, str], says: list[str]) -> None:
    assert watches(RULE | change, PLACE) == says
