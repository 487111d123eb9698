"""Whom to tell of the product, by what the product itself knows."""

from __future__ import annotations

from datetime import datetime

from fixtures.postgres import Database
from fixtures.postgres.asked import asked
from golive.observation import observed
from golive.target.people import Mailing
from golive.verdict import Unobservable


def contacts(database: Database, settings: Mailing, before: datetime) -> dict[str, set[str]]:
    """Return tenant to the addresses, in lower case, of those who must be told. Raises Unobservable."""
    key = "[PRODUCT.pages.mailing] contacts"
    found: dict[str, set[str]] = {}
    for row in asked(database, settings.contacts, {"tenant", "email"}, key, before=before):
        found.setdefault(str(row["tenant"]), set()).add(str(row["email"]).lower())
    observed("customers", "tenants with a contact", len(found), source="SQL", unit="count")
    if not found:
        raise Unobservable("nobody is to be told: the contacts are no rows", f"Correct {key}")
    return found
