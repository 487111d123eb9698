"""Who deletes an account is gone from every store, and that it happened is on record."""

from __future__ import annotations

import pytest

from fixtures.api import ApiClient
from fixtures.postgres import Database
from fixtures.privacy.person import Person, temporary_person
from fixtures.privacy.receipts import receipts
from fixtures.privacy.traces import Search
from fixtures.tenancy.tables import tenant_tables
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.privacy import Privacy
from golive.target.product import configured
from golive.verdict import Unobservable
from tests.judges.erasure import remains, undescribed, unseen

WRITTEN_WITHIN = 12.0
"""Seconds in which what workers write is there."""


@verifies("AURA-8.2.1.5")
@pytest.mark.writes
@pytest.mark.timeout(420)
def test_a_deleted_account_leaves_nothing(
    line: Line, target: ProductTarget, api: ApiClient, all_rows: Database, privacy: Privacy, search: Search
) -> None:
    settings = configured(target.postgres, f"{line.product}.postgres")
    places = [place for left in privacy.data.values() for place in left.lies_in]
    with temporary_person(api) as person:
        words = [person.mark]
        token = person.api.token(person.name)
        person.leave_behind(privacy.data)
        before, _ = search.until(person.ids, words, lambda f: not unseen(places, f), WRITTEN_WITHIN)
        if missing := unseen(places, before):
            raise Unobservable(
                f"nothing of {person} is in {', '.join(missing)}, so that finding nothing later would show nothing",
                "Correct [privacy.data]: what is planted, and where it lies_in",
            )
        tables = [t.name for t in tenant_tables(all_rows, settings) if t.column or t.link]
        strange = undescribed(tables, before, privacy.unplanted)
        answer = person.erase()
        after, seconds = search.until(
            person.ids, words, lambda f: not remains(f, privacy.kept), privacy.patience if person.gone else 0
        )
        left = remains(after, privacy.kept)
        admitted = _still_admitted(person, token)
    conclude(
        [
            *(f"table {table} has people's rows, and no [privacy.data] leaves one there" for table in strange),
            None if person.gone else f"the account is not deleted: {answer}",
            *(f"{place} still holds {what}, {seconds:g} s after the deletion" for place, what in left.items()),
            *admitted,
            *_receipt_problems(privacy, all_rows, person),
            line.limit("remains").problem(len(left), of=f"{search}, of {len(before)} with something of the person"),
            line.limit("test_deletion_time").problem(round(seconds / 60, 2), of=person),
            line.limit("deletion_time").problem(round(seconds / 3600, 4), of=person),
        ]
    )


def _still_admitted(person: Person, token: str) -> list[str]:
    """What the person can still do: use the token of before, and sign in."""
    problems = []
    old = person.api.call("profile", identity=person.name, token=token)
    if old.status not in (401, 403):
        problems.append(f"the token of before is still answered {old.status} by {old.call}, want 401")
    again = person.api.call("sign_in", identity=person.name, token=None)
    if again.status < 400:
        problems.append(f"the deleted person can still sign in: {again}")
    return problems


def _receipt_problems(privacy: Privacy, database: Database, person: Person) -> list[str]:
    count = receipts(privacy, database, person.id)
    return [] if count == 1 else [f"the audit trail holds {count} records of the erasure of {person}, want 1"]
