"""How long ago a document was last looked through."""

from __future__ import annotations

from fixtures.documents.markdown import Section
from fixtures.documents.parts import days_since, reviewed
from golive.catalogue.limit import Limit


def review_problem(limit: Limit, place: str, document: Section) -> str | None:
    """What is wrong with the date of a document's last review, as it says itself, or None.

    The date of its last change is no second source: blanks refresh it.
    """
    day = reviewed(document)
    if day is None:
        return f"{place} does not say when it was last reviewed (`Reviewed: 2026-10-13`)"
    age = days_since(day)
    if age < -1:
        return f"{place} says that it was reviewed on {day}, which is in the future"
    return limit.problem(max(age, 0.0), of=f"{place}, reviewed on {day}")
