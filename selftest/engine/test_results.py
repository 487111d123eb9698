"""The sum closes: lines in are verdicts out, and results survive JSON."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golive.results import LineResult, close_sum, in_document_order, waived
from golive.verdict import Verdict
from selftest.engine.made_runs import CATALOGUE, ITEMS, result, run_of

LINES = [CATALOGUE[i] for i in ITEMS]


@given(st.sets(st.sampled_from(ITEMS)), st.dictionaries(st.sampled_from(ITEMS), st.sampled_from(Verdict)))
def test_every_selected_line_ends_in_one_verdict(selected: set[str], verdicts: dict[str, Verdict]) -> None:
    lines = [x for x in LINES if x.id in selected]
    given_results = [result(i, v) for i, v in verdicts.items() if i in selected]
    closed = close_sum(lines, given_results, "did not report")
    assert [r.id for r in closed] == [x.id for x in lines]
    for r in closed:
        assert r.verdict is verdicts.get(r.id, Verdict.UNVERIFIED)
        assert (r.message == "did not report") == (r.id not in verdicts)


def test_books_that_do_not_balance_are_refused() -> None:
    with pytest.raises(ValueError, match="has two verdicts"):
        close_sum(LINES, [result("M-1.1.1"), result("M-1.1.1")], "")
    with pytest.raises(ValueError, match=r"M-1.1.2 has a verdict but was not selected"):
        close_sum(LINES[:1], [result("M-1.1.2")], "")


@given(st.sampled_from(ITEMS), st.sampled_from(Verdict), st.text(max_size=30), st.text(max_size=30), st.floats(0, 1e5))
def test_a_result_survives_json(line_id: str, verdict: Verdict, seen: str, message: str, seconds: float) -> None:
    before = result(line_id, verdict, observed=seen, message=message, seconds=round(seconds, 3))
    assert LineResult.from_json(json.loads(json.dumps(before.as_json()))) == before


def test_a_line_that_was_never_seen_survives_json() -> None:
    before = LineResult.unverified(LINES[0], "no check yet")
    assert before.verdict is Verdict.UNVERIFIED
    assert LineResult.from_json(json.loads(json.dumps(before.as_json()))) == before


def test_a_run_lists_each_line_once_in_document_order() -> None:
    run = run_of([result(i) for i in reversed(ITEMS)])
    ids = [row["id"] for row in run.as_json()["lines"]]
    assert ids == [*ITEMS, "M-2.1"]
    assert sum(run.counts.values()) == len(ids)
    assert in_document_order(reversed(run.lines), CATALOGUE.lines) == run.lines


def test_a_waived_result_keeps_what_was_seen() -> None:
    before = result("M-1.1.1", Verdict.FAILED)
    after = waived(before, "Kim until Monday")
    assert (after.verdict, after.waiver) == (Verdict.WAIVED, "Kim until Monday")
    assert (after.observed, after.message, after.evidence) == (before.observed, before.message, before.evidence)
