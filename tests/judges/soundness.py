"""Says what is unsound about a database. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from fixtures.postgres.soundness import Breach, Counter


def breach_sentences(breaches: Sequence[Breach]) -> list[str]:
    """Return a sentence on each rule that rows break."""
    return [f"{b.rows} rows of {b.table} break {b.rule}" for b in breaches]


def counters_behind(counters: Sequence[Counter]) -> list[str]:
    """Return the sequences whose next value is there already: the next insert fails or takes another row's number."""
    return [
        f"sequence {c.name} gives {c.next} next, while {c.column} has {c.most}: setval() it past that"
        for c in counters
        if c.most is not None and c.next <= c.most
    ]
