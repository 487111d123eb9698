"""How old a record of a review may be."""

from __future__ import annotations

from datetime import datetime, timedelta

from fixtures.documents.records import Record
from golive.catalogue import Line


def age_problems(line: Line, record: Record, now: datetime) -> list[str | None]:
    """What is wrong with the day on which a record was written, by the line's limit `record_age`."""
    if record.written is None or not record.by:
        return [f"{record} does not say when it was written, and by whom (`Written: 2026-11-20 by NAME`)"]
    age = (now.date() - record.written) / timedelta(days=1)
    if age < 0:
        return [f"{record} says that it was written on {record.written}, which is to come"]
    return [line.limit("record_age").problem(age, of=f"{record}, the newest, written on {record.written}")]
