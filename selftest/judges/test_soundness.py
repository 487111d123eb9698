"""Judging a database's soundness, with made-up findings."""

from __future__ import annotations

from fixtures.postgres.soundness import Breach, Counter
from tests.judges.soundness import breach_sentences, counters_behind


def test_rows_that_break_a_rule_are_counted_and_named() -> None:
    assert breach_sentences([Breach("orders", "check positive", 3)]) == ["3 rows of orders break check positive"]


def test_a_sequence_must_be_past_the_greatest_value() -> None:
    assert counters_behind([Counter("s", "t.c", 5, 4), Counter("s", "t.c", 1, None)]) == []
    assert "gives 4 next" in counters_behind([Counter("s", "t.c", 4, 4)])[0]
