"""What tenants have before and after, judged on made-up counts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.judges.holdings import altered, hidden, missing, rows_gone

COUNTS = st.dictionaries(st.sampled_from("abc"), st.dictionaries(st.sampled_from("xyz"), st.integers(0, 9)))


@given(COUNTS)
def test_who_has_what_it_had_misses_nothing(counts: dict[str, dict[str, int]]) -> None:
    assert missing(counts, counts, {}) == {}
    assert rows_gone(counts, counts, {}) == 0
    assert hidden(counts, counts) == {}


@given(COUNTS, COUNTS)
def test_rows_are_missing_just_where_some_are_gone(
    before: dict[str, dict[str, int]], now: dict[str, dict[str, int]]
) -> None:
    told = missing(before, now, {})
    assert (rows_gone(before, now, {}) > 0) <= bool(told)


def test_what_was_deleted_by_somebody_is_not_missing() -> None:
    before, now = {"a": {"leads": 5}}, {"a": {"leads": 3}}
    assert missing(before, now, {"a": {"leads": 2}}) == {}
    assert missing(before, now, {"a": {"leads": 1}}) == {"a": ["has 1 rows less in leads than the 5 before"]}
    assert rows_gone(before, now, {}) == 2


def test_a_tenant_that_is_gone_and_rows_that_are_hidden_are_told() -> None:
    assert missing({"a": {}}, {}, {}) == {"a": ["is not among the active tenants any more"]}
    assert hidden({"a": {"leads": 2}}, {"a": {"leads": 1}}) == {"a": ["is shown 1 of its 2 rows in leads"]}


def test_sampled_rows_are_gone_or_altered() -> None:
    assert altered({"1": "x", "2": "y", "3": "z"}, {"1": "x", "2": "other"}) == (1, 1)
