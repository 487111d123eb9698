"""What attested lines have in common: the record that holds, its age, and whether it names all whom it must."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta

from fixtures.attestations import Attestations
from golive import clock
from golive.attestation import Record
from golive.catalogue import Line
from golive.catalogue.limit import Limit

UNITS = {"days": timedelta(days=1), "h": timedelta(hours=1), "min": timedelta(minutes=1)}
LISTED = 5


def holding(attestations: Attestations, line: Line) -> Record:
    """Return the newest record about the line that holds.

    Raises:
        AssertionError: there is none; the message says what keeps each from holding.
    """
    found = attestations.holding(line.id)
    if not found:
        raise AssertionError("\n".join(attestations.refused(line.id)))
    return found[0]


def age_problem(limit: Limit, record: Record) -> str | None:
    """What is wrong with a record's age, in the limit's unit."""
    return limit.problem((clock.now() - record.said.date) / UNITS[str(limit.unit)], of=record)


def share_problem(limit: Limit, of: object, people: Collection[str], lacking: Mapping[str, str]) -> str | None:
    """What is wrong with the share (percent) of `people` that lack nothing, with who lacks what."""
    hint = "; ".join(f"{who} {why}" for who, why in list(lacking.items())[:LISTED])
    return limit.problem(100 * (len(people) - len(lacking)) / len(people), of=of, hint=hint)
