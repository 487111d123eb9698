"""Spreads of statements between two looks, and whether the timed ones are the product's."""

from __future__ import annotations

import pytest

from fixtures.postgres.statistics import Counted
from fixtures.postgres.volume import ran
from tests.judges.typical_queries import spreads, unasked, unserved

LIST = "SELECT id FROM notes WHERE owner = $1 ORDER BY made DESC LIMIT $2"


def counted(times: list[float], query: str = LIST) -> Counted:
    return Counted(query, len(times), sum(times), sum(t * t for t in times))


def test_only_what_came_between_counts() -> None:
    old, new = [400.0] * 50, [2.0] * 20
    (found,) = spreads({"1": counted(old)}, {"1": counted(old + new)}, 20)
    assert found.calls == 20
    assert found.mean == pytest.approx(2)
    assert found.p95 == pytest.approx(2, abs=0.01)


def test_a_small_mean_hides_no_slow_tenth() -> None:
    (found,) = spreads({}, {"1": counted([1.0] * 18 + [400.0] * 2)}, 20)
    assert found.mean < 100 < found.p95


def test_seldom_ones_are_left_out() -> None:
    assert spreads({}, {"1": counted([900.0])}, 20) == []


def test_values_do_not_tell_statements_apart() -> None:
    mine = {"list": "SELECT id FROM notes WHERE owner = '{id}' ORDER BY made DESC LIMIT 50"}
    assert unasked(mine, ["not sql at all (", LIST]) == []
    assert unasked(mine, ["SELECT id FROM notes WHERE owner = $1"]) == ["list"]


def test_a_scan_that_no_index_avoids_is_told() -> None:
    assert unserved({"list": set()}) == []
    assert "list reads every row of notes" in unserved({"list": {"notes"}})[0]


def test_a_plan_is_read() -> None:
    scan = {"Node Type": "Seq Scan", "Schema": "pg_temp_3", "Relation Name": "notes"}
    found = ran([{"Plan": {"Node Type": "Limit", "Plans": [scan]}, "Planning Time": 0.5, "Execution Time": 2.0}])
    assert (found.milliseconds, found.scanned) == (2.5, frozenset({("pg_temp_3", "notes")}))
