"""Judges whether data is whole after a rollback. Pure."""

from __future__ import annotations

from fixtures.drills.consistency import ConsistencyFacts
from golive.catalogue import Line
from golive.verdict import Unobservable
from tests.judges.soundness import breach_sentences, counters_behind

_SAID = {
    "lost": "acknowledged and gone",
    "changed": "acknowledged and changed",
    "doubled": "acknowledged once and there more often",
    "moved": "acknowledged and another tenant's now",
}


def consistency_problems(line: Line, facts: ConsistencyFacts, source: str) -> list[str | None]:
    """What was lost, and what does not fit together.

    Raises:
        Unobservable: there was no rollback, or nothing was written or compared: then nothing is shown.
    """
    if facts.ended != facts.wanted:
        raise Unobservable(
            f"{facts.service} was not rolled back in {source}: it ended with {_short(facts.ended)}, not "
            f"{_short(facts.wanted)}",
            "Look at the service's events",
        )
    if not facts.meanwhile or facts.meanwhile == facts.acknowledged:
        when = "while" if not facts.meanwhile else "before"
        raise Unobservable(f"no write was acknowledged {when} {facts.service} was rolled back ({source})")
    if not any(table.before for table in facts.tables.values()):
        raise Unobservable(f"no row was compared in {source}: the tables were empty before the rollback")
    of = f"rollback of {facts.service} to {_short(facts.wanted)}"
    same = facts.versions[0] == facts.versions[1]
    counts = facts.written_counts
    lost = counts.get("lost", 0) + counts.get("changed", 0) + sum(t.gone + t.changed for t in facts.tables.values())
    lost += sum(column.filled for column in facts.lost_columns)
    moved = sum(t.moved for t in facts.tables.values())
    unsound = _unsound(facts)
    if not facts.revisions:
        unsound.append("the schema names no revision, so nobody knows what it is")
    violations = counts.get("doubled", 0) + counts.get("moved", 0) + moved + len(unsound)
    strange = [revision for revision in facts.revisions if revision not in facts.supported]
    hint = f"Of {facts.acknowledged} acknowledged writes and {len(facts.tables)} tables; seen in {source}"
    return [
        f"{of}: version {facts.versions[0]} answers before and after it" if same else None,
        *(
            f"column {column.name} is gone, which held something in {column.filled} rows: what users filled in since "
            "the deployment is lost"
            for column in facts.lost_columns
        ),
        *_rows(facts),
        *(f"{_SAID[word]}: {said}" for word, named in facts.written.items() for said in named),
        *unsound,
        line.limit("lost_writes").problem(lost, of=of, hint=hint),
        line.limit("violations").problem(violations, of=of, hint=hint),
        line.limit("unsupported_revisions").problem(
            len(strange), of=of,
            hint=f"The schema is at {', '.join(strange)}, the restored release works with {', '.join(facts.supported)}",
        ),
    ]  # fmt: skip


def unseen(facts: ConsistencyFacts) -> None:
    """Raise Unobservable where something could not be looked at."""
    if facts.unseen:
        raise Unobservable(facts.unseen[0], "Then perform the drill again")


def _rows(facts: ConsistencyFacts) -> list[str]:
    said = {"gone": "are gone", "changed": "hold something else", "moved": "are another tenant's"}
    return [
        f"table {name}: {n} of {table.before} rows from before the rollback {words} (it has {table.after} now)"
        for name, table in sorted(facts.tables.items())
        for word, words in said.items()
        if (n := getattr(table, word))
    ]


def _unsound(facts: ConsistencyFacts) -> list[str]:
    """What the database itself shows, a sentence each."""
    return [
        *breach_sentences(facts.breaches),
        *(f"{b.rows} rows of {b.table} refer to another tenant's rows by {b.rule}" for b in facts.strays),
        *counters_behind(facts.counters),
        *(f"rule {name} was never held against the rows from before it" for name in facts.unvalidated),
        *(f"index {name} is INVALID" for name in facts.invalid_indexes),
        *facts.corruptions,
        *facts.unguarded,
        *(f"{name}: booked {a} before the rollback, {b} after it" for name, (a, b) in facts.sums.items()),
    ]


def _short(definition: str) -> str:
    return definition.rpartition("/")[2]
