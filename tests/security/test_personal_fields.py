"""What is kept of callers: addresses that nobody reads in the database or in a log, a copy for them, and an end."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import pytest

from fixtures.api import ApiClient
from fixtures.aws.logs import LogGroup
from fixtures.parallel import each
from fixtures.postgres import Database
from fixtures.privacy.contact import Contact
from fixtures.privacy.receipts import receipts
from fixtures.privacy.traces import Search
from fixtures.tenancy.temporary import temporary_tenant
from golive import clock
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import Found, observed
from golive.plugin import verifies
from golive.target.privacy import Privacy
from golive.verdict import NotConfigured, Unobservable
from tests.judges.data_rights import leaves, objects_not_exported
from tests.judges.erasure import remains, unseen
from tests.judges.personal_fields import lacking, readable, strays

WRITTEN_WITHIN, LOGGED_WITHIN = 12.0, 30.0
"""Seconds in which what workers write, and what is logged, is where it is looked for."""


@verifies("SEI-1.3.1.4.4")
@pytest.mark.writes
@pytest.mark.timeout(420)
def test_callers_data_is_unreadable_and_theirs(
    line: Line,
    api: ApiClient,
    all_rows: Database,
    privacy: Privacy,
    search: Search,
    log_groups: Found[LogGroup],
) -> None:
    if not privacy.encrypted:
        raise NotConfigured(f"the target has no {line.product}.privacy.encrypted", "Name the columns with addresses")
    places = [place for left in privacy.data.values() for place in left.lies_in]
    with temporary_tenant(api) as tenant:
        contact = Contact(tenant, privacy)
        contact.leave_behind()
        stores, ids = contact.search(search), list(contact.ids.values())
        before, _ = stores.until(ids, [contact.mark], lambda f: not unseen(places, f), WRITTEN_WITHIN)
        if missing := unseen(places, before):
            raise Unobservable(
                f"nothing of {contact} is in {', '.join(missing)}, so that finding nothing later would show nothing",
                "Correct [privacy.data]: what is planted, and where it lies_in",
            )
        clear = _in_the_clear(contact, all_rows)
        stray = strays(stores.of(ids, contact.addresses.values()))
        told = _logged(contact, log_groups)
        copied = _copy_problems(contact, stores)
        erased = contact.call("contact_erase")
        accepted = erased.status == tenant.api.operation("contact_erase").status
        after, seconds = stores.until(
            ids, [contact.mark, *contact.addresses.values()], lambda f: not remains(f, privacy.kept),
            privacy.patience if accepted else 0,
        )  # fmt: skip
        left = remains(after, privacy.kept)
        booked = receipts(privacy, all_rows, contact.id)
    canaries = [*clear, *stray, *told]
    conclude(
        [
            line.limit("stray_canaries").problem(
                len(canaries), of=contact, hint=f"{'; '.join(canaries)}. Encrypt it, mask it, or do not keep it"
            ),
            *copied,
            None if accepted else f"{contact} is not erased: {erased}",
            *(f"{place} still holds {what}, {seconds:g} s after the erasure" for place, what in left.items()),
            None if booked == 1 else f"the audit trail holds {booked} records of the erasure of {contact}, want 1",
            line.limit("test_erasure").problem(round(seconds / 3600, 4), of=contact),
            line.limit("erasure_policy").problem(round(seconds / 86400, 6), of=contact),
        ]
    )


def _in_the_clear(contact: Contact, every_row: Database) -> list[str]:
    """The columns in which an address of the contact can be read."""
    found, seen = [], 0
    for place in contact.settings.encrypted:
        for kept in contact.kept(every_row, place):
            seen += 1
            for what, plain in contact.addresses.items():
                if way := readable(kept, plain):
                    found.append(f"the {what} is read in {place} {way}")
    observed(contact, "values in encrypted columns", seen, source="SQL", unit="count")
    if seen < len(contact.settings.encrypted):
        raise Unobservable(f"{contact} has left nothing in some of {', '.join(contact.settings.encrypted)}")
    return found


def _logged(contact: Contact, groups: Found[LogGroup]) -> list[str]:
    """The log groups that hold something of the contact, once what was done is in the logs."""
    contact.call("contact_export")  # names the contact's id in its path, which shows that what came before has arrived
    start, until = contact.begun - timedelta(seconds=5), time.monotonic() + LOGGED_WITHIN
    while not any(each(lambda g: len(g.events(start, _soon(), f'"{contact.id}"', 1)), groups)):
        if time.monotonic() > until:
            raise Unobservable(
                f"no log group shows a request for {contact} after {LOGGED_WITHIN:g} s", "Do logs arrive?"
            )
        time.sleep(1)
    words = {"name": contact.mark, **contact.addresses}
    asked = [(group, what) for group in groups for what in words]
    many = each(lambda pair: len(pair[0].events(start, _soon(), f'"{words[pair[1]]}"')), asked)
    return [f"the {what} is in {n} lines of {group}" for (group, what), n in zip(asked, many, strict=True) if n]


def _soon() -> datetime:
    return clock.now() + timedelta(seconds=5)


def _copy_problems(contact: Contact, stores: Search) -> list[str]:
    """What the copy of everything lacks."""
    answer = contact.call("contact_export")
    if answer.status != contact.tenant.api.operation("contact_export").status:
        return [f"nobody gets a copy of what is kept of {contact}: {answer}"]
    named = {f"the name of the {word}": f"{word} {contact.mark}" for word in contact.named}
    planted = {"id": contact.id, **contact.addresses, **named}
    texts = list(leaves(answer.json))
    keys = [key for found in stores.object_keys(contact.id).values() for key in found]
    lost = objects_not_exported(keys, texts)
    return [
        *(f"the copy for {contact} lacks {what}" for what in lacking(texts, planted)),
        *([f"the copy for {contact} leads to none of {len(lost)} recordings of {len(keys)}"] if lost else []),
    ]
