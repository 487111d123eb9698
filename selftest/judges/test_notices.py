"""Who was told of an incident is compared with whom it hit; a mail shows nothing of others."""

from __future__ import annotations

from datetime import UTC, datetime

from fixtures.helpdesk.notices import Notice
from tests.judges.notices import leaks, told

CONTACTS = {"t-amber": {"a@amber.example"}, "t-birch": {"b@birch.example", "c@birch.example"}, "t-cedar": set()}
WORDS = {"t-amber": {"Amber Realty"}, "t-birch": {"Birch", "Homes"}, "t-other": {"Homes"}}


def mail(to: str, *seen: str, text: str = "Sorry", delivered: bool = True) -> Notice:
    return Notice(to, datetime(2026, 11, 20, tzinfo=UTC), delivered, frozenset(seen or (to,)), text)


def test_all_who_were_hit_and_nobody_else() -> None:
    found = told({"t-birch"}, CONTACTS, [mail("b@birch.example")])
    assert (found.untold, found.unreached, found.strangers) == ([], [], [])
    found = told({"t-birch", "t-cedar"}, CONTACTS, [mail("a@amber.example"), mail("x@y.example")])
    assert found.untold == found.unreached == ["t-birch", "t-cedar"]
    assert found.strangers == ["t-amber", "unknown"]


def test_a_mail_that_came_back_told_nobody() -> None:
    found = told({"t-birch"}, CONTACTS, [mail("b@birch.example", delivered=False)])
    assert (found.untold, found.unreached) == ([], ["t-birch"])
    both = [mail("b@birch.example", delivered=False), mail("c@birch.example")]
    assert told({"t-birch"}, CONTACTS, both).unreached == []


def test_a_mail_shows_no_other_address() -> None:
    assert leaks(mail("b@birch.example", "b@birch.example", "c@birch.example"), CONTACTS, WORDS) == []
    (found,) = leaks(mail("b@birch.example", "b@birch.example", "a@amber.example"), CONTACTS, WORDS)
    assert found == "the mail to t-birch shows the addresses of 1 others in To or Cc"


def test_a_mail_names_no_other_tenant() -> None:
    assert leaks(mail("b@birch.example", text="Dear Birch, your Homes; ambers realty"), CONTACTS, WORDS) == []
    (found,) = leaks(mail("b@birch.example", text="Dear AMBER realty, 7 calls failed"), CONTACTS, WORDS)
    assert found == "the mail to t-birch names tenant t-amber"
    (found,) = leaks(mail("x@y.example", text="Dear Birch"), CONTACTS, WORDS)
    assert found == "the mail to an unknown address names tenant t-birch"
