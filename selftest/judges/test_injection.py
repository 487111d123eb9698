"""What answers tell of payloads."""

from __future__ import annotations

from fixtures.injection.attack import Shown
from fixtures.injection.payloads import payloads, without_quotes
from fixtures.injection.places import Place, placed, places
from golive.target.api import Operation
from tests.judges.injection import judged

BY = {p.what: p for p in payloads("golive_mark")}
HOLDS, FAILS, AGAIN = (
    BY["a condition that holds"], BY["a condition that does not hold"], BY["a condition that holds, again"],
)  # fmt: skip


def _shown(what: str, status: int = 200, items: int = 0, seconds: float = 0.1) -> Shown:
    return Shown("search, query q", BY[what], status, items, seconds, (200, 0, 0.1))


def test_data_is_data() -> None:
    shown = [_shown(what, status=422 if n % 2 else 200) for n, what in enumerate(BY)]
    found = judged(shown, 1)
    assert (found.run, found.broken) == ([], [])


def test_a_delay_of_a_wait_is_a_success() -> None:
    assert "a wait as a column was run" in judged([_shown("a wait as a column", seconds=2.2)], 1).run[0]


def test_a_slow_answer_to_a_quote_is_none() -> None:
    assert judged([_shown("a quote", seconds=5)], 1).run == []


def test_conditions_that_answer_differently_are_a_success() -> None:
    trio = [_shown(HOLDS.what, items=3), _shown(FAILS.what), _shown(AGAIN.what, items=3)]
    assert "a condition was run: 3 items" in judged(trio, 1).run[0]


def test_a_list_that_grows_by_itself_is_none() -> None:
    trio = [_shown(HOLDS.what, items=3), _shown(FAILS.what, items=4), _shown(AGAIN.what, items=5)]
    assert judged(trio, 1).run == []


def test_an_error_of_the_server_is_said_once() -> None:
    assert len(judged([_shown("a quote", status=500)] * 2, 1).broken) == 1


def test_places_are_texts_of_path_query_body_and_described_parameters() -> None:
    operation = Operation(
        method="PUT", path="/things/{id}", query={"q": "{text}", "page": 1}, body={"name": "{name}", "in": {"n": "x"}}
    )
    found = {(p.where, p.at) for p in places("change", operation, {"change": ["sort"]}, headers=False)}
    body = {("body", ("name",)), ("body", ("in", "n"))}
    assert found == {("path", ("id",)), ("query", ("q",)), ("query", ("sort",)), *body}


def test_a_text_is_placed_without_changing_the_request() -> None:
    request = {"path": {}, "query": {}, "body": {"in": {"n": "x"}}, "header": {}}
    changed = placed(request, Place("change", "body", ("in", "n")), "'")
    assert changed["body"] == {"in": {"n": "'"}}
    assert request["body"] == {"in": {"n": "x"}}


def test_some_payloads_need_no_quote() -> None:
    assert [p.way for p in without_quotes("m")] == ["delay"]
