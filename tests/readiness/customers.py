"""Whom to tell of the product, by what the product itself knows."""

from __future__ import annotations

from datetime import datetime

import psycopg

from fixtures.postgres import Database
from golive.observation import observed
from golive.target.people import Mailing
from golive.verdict import Unobservable


def contacts(database: Database, settings: Mailing, before: datetime) -> dict[str, set[str]]:
    """Return tenant to the addresses, in lower case, of those who must be told. Raises Unobservable."""
    query = settings.contacts.replace("{before}", f"'{before.isoformat()}'::timestamptz")
    remedy = "Correct [PRODUCT.pages.mailing] contacts"
    try:
        rows = database.rows(query, fresh=True)  # addresses are no evidence
    except psycopg.Error as error:
        raise Unobservable(f"the contacts can't be read: {str(error).splitlines()[0]}", remedy) from None
    if rows and not {"tenant", "email"} <= set(rows[0]):
        raise Unobservable("the contacts have no columns tenant and email", remedy)
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(str(row["tenant"]), set()).add(str(row["email"]).lower())
    observed("customers", "tenants with a contact", len(found), source="SQL", unit="count")
    if not found:
        raise Unobservable("nobody is to be told: the contacts are no rows", remedy)
    return found
