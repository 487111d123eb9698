"""Distortions: points are seen otherwise, in their span only, and nothing kept is changed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from reference.aws.distortions import Distortion, labels_of
from reference.aws.publisher import _values

NOW = datetime.now(UTC).timestamp()


def test_only_the_span_is_bent() -> None:
    lost = Distortion("1", "AWS/RDS/*", "drop", since=600, until=300, laid=NOW)
    seen = [lost.seen(1, NOW - ago, 5.0) for ago in (900, 450, 10)]
    assert seen == [5.0, None, 5.0]


def test_an_open_span_goes_on() -> None:
    later = Distortion("1", "AWS/RDS/*", "set", value=9, since=60, laid=NOW)
    assert [later.seen(1, NOW + 3600, 5.0), later.seen(1, NOW - 120, 5.0)] == [9, 5.0]


def test_some_points_only() -> None:
    half = Distortion("1", "*", "multiply", value=2, since=60, every=2, laid=NOW)
    assert [half.seen(n, NOW, 1.0) for n in (1, 2, 3, 4)] == [1, 2, 1, 2]
    slow = Distortion("1", "*", "multiply", value=3, since=60, above=0.5, laid=NOW)
    assert [slow.seen(1, NOW, value) for value in (0.4, 0.6)] == pytest.approx([0.4, 1.8])


def test_it_concerns_a_series_of_an_account_by_dimension_too() -> None:
    labels = labels_of("AWS/RDS", "CPUUtilization", ["replica"])
    assert Distortion("1", "AWS/RDS/CPUUtilization?replica", "drop").concerns("1", labels)
    assert not Distortion("1", "AWS/RDS/CPUUtilization?writer", "drop").concerns("1", labels)
    assert not Distortion("2", "AWS/RDS/*", "drop").concerns("1", labels)
    with pytest.raises(ValueError, match="effect"):
        Distortion("1", "*", "invent")


def test_the_past_is_the_same_in_every_week() -> None:
    series = {"namespace": "n", "name": "latency", "base": 0.1, "spread": 0.02, "samples": 12}
    then = datetime(2026, 11, 15, 3, 20, tzinfo=UTC)
    now = datetime(2026, 11, 22, 3, 20, tzinfo=UTC)
    assert _values(series, now, 5) == _values(series, then, 5)
    assert len(set(_values(series, now, 5))) == 12
    counted = series | {"per_minute": True, "base": 900, "spread": 0}
    assert _values(counted, now, 5) == [4500]
