"""Judging two databases' definitions, ledgers and seeds, with made-up ones."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fixtures.postgres.ledger import Entry
from tests.judges.dumps import differences
from tests.judges.ledger import record_problems
from tests.judges.seeds import count_differences, sample_users

RELATION = {("relation", "public.orders"): "table", ("column", "public.orders.id"): "uuid not null"}
DUMPS = st.dictionaries(
    st.tuples(
        st.sampled_from(["relation", "column", "policy"]), st.sampled_from(["public.a", "public.a.x", "public.b"])
    ),
    st.text(max_size=5),
)


@given(DUMPS)
def test_a_database_does_not_differ_from_itself(dump: dict[tuple[str, str], str]) -> None:
    assert differences(dump, dict(dump), {"public"}) == []


@given(DUMPS, DUMPS)
def test_two_that_are_unlike_differ(one: dict[tuple[str, str], str], other: dict[tuple[str, str], str]) -> None:
    assert bool(differences(one, other, {"public"})) is (one != other)


def test_what_a_missing_table_lacks_is_not_told_besides() -> None:
    assert differences(RELATION, {}, {"public"}) == ["relation public.orders does not exist"]


def test_what_stands_in_other_schemas_is_not_compared() -> None:
    assert differences({}, {("relation", "elsewhere.orders"): "table"}, {"public"}) == []


def test_a_difference_in_a_long_text_is_shown_where_it_is() -> None:
    one, other = "a" * 400 + "here" + "b" * 400, "a" * 400 + "there" + "b" * 400
    (said,) = differences({("function", "public.f()"): one}, {("function", "public.f()"): other}, {"public"})
    assert "here" in said
    assert len(said) < 600


def test_a_record_with_another_digest_or_without_success_is_told() -> None:
    assert record_problems("1", [Entry("AB", None)], "ab") == []
    assert "another file" in record_problems("1", [Entry("cd", None)], "ab")[0]
    assert "failed" in record_problems("1", [Entry("ab", False)], "ab")[0]


def test_seeds_that_are_missing_and_doubled() -> None:
    missing, more = count_differences("t", {"a": 1, "b": 1, "c": 2}, {"b": 2, "c": 2})
    assert [m.split()[2] for m in missing] == ["a"]
    assert "b is there 2 times" in more[0]
    assert len(more) == 1


def test_people_are_no_sample_users() -> None:
    people = ["tess.ter@corp.io", "dem.okrit@corp.io", "alice@canary.example"]
    assert sample_users([*people, "Test1@corp.io", "demo@x.io", "a@example.com"], [], []) == [
        "a@example.com", "demo@x.io", "test1@corp.io",
    ]  # fmt: skip
    assert sample_users(["demo@x.io"], [], ["Demo@x.io"]) == []
    assert sample_users(["boss@x.io"], ["boss@x.io"], []) == ["boss@x.io"]
